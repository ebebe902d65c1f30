"""The names that systems give their columns, per kind of table; folded as headers.py folds them, the surest first.

Raiser's Edge, Salesforce (NPSP, Ascend), Banner, PeopleSoft, Slate, Ellucian Advance, Google and Outlook contacts,
LinkedIn. What only dresses a name (`CnBio_`, `__c`, `SPRIDEN_`) headers.py takes off.
"""

from apps.tables.headers import Synonyms


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _names(
    "firstname givenname first forename fname legalfirstname legalfirst preffirstname firstnm givennames firstnames"
)
_LAST = _names("lastname surname familyname last lname legallastname legallast preflastname lastnm familynm surnames")
_MIDDLE = _names("middlename additionalname middle mi mname middlenames")
_SUFFIX = _names("suffix namesuffix suf1 honorificsuffix perssuffix sufx")
_PREFERRED = _names(
    """preferredname nickname preferredfirstname preferred goesby knownas chosenname callname aka prefname informalname
    livedname nametheygoby commonname casualname preffirst preferredfirst usualname nicknm"""
)
_FULL = _names(
    "fullname name constituentname displayname nickname namefull prefmailname fileas namedisplay completename"
)
_EMAIL = _names(
    """emailaddress email preferredemail emailpreferred preferredemailaddress emailaddr personalemail homeemail
    emailhome emailaddresspersonal mail emailid primaryemail prefemail pemail campusemail schoolemail universityemail
    institutionalemail preferredemailnumber emailnumber workemail emailwork alternateemail
    phonenumberemail goremalemailaddress emailvalue uccemail"""
)
_PHONE = _names(
    """homephone phone mobile telephone phonenumber mobilephone cellphone cell preferredphone homephonenumber
    primaryphone phonevalue phonehome phonemobile businessphone workphone telephonenumber"""
)
_LINKEDIN = _names("linkedin linkedinurl linkedinprofile linkedinprofileurl linkedinaddress linkedinlink")
_EMPLOYER = _names(
    """employer employername company companyname organization organisation orgname organizationname organisationname
    currentemployer primaryemployer businessname employment employername1 companyororganization workplace
    organizationname1 firm employerfullname primarybusiness accountname"""
)
_ROLE = _names(
    """jobtitle position positiontitle currentposition currenttitle currentjobtitle businesstitle role occupation
    worktitle employmenttitle jobposition organizationtitle jobfunction employmentposition title"""
)
_CITY = _names("city town homecity mailingcity prefcity preferredcity addresscity locality mailcity addrcity citynm")
_REGION = _names(
    """stateprovince state province region statecode homestate mailingstate mailingstateprovince prefstate statprovince
    addressstate stateabbreviation stateorprovince administrativearea statcode countystate"""
)
_COUNTRY = _names(
    "country countrycode homecountry mailingcountry prefcountry addresscountry nation countryname natncode"
)

ALUMNI: Synonyms = {
    "external_id": _names(
        """constituentid id advanceid externalid lookupid constituentlookupid constid consid constituentnumber
        constituentno idnumber idno pidm emplid bannerid universityid alumniid alumid contactid accountid personid
        recordid systemid constitid entityid donorid personreferenceid ref reference importid systemrecordid studentid
        coreid userid memberid"""
    ),
    "name": _names("fullname name constituentname displayname namefull prefmailname fileas completename prefnamesort"),
    "first_name": _FIRST,
    "middle_name": _MIDDLE,
    "last_name": _LAST,
    "suffix": _SUFFIX,
    "former_name": _names(
        "maidenname formername previousname birthname lastnameatgraduation formerlastname maiden nee"
    ),
    "preferred_name": _PREFERRED,
    "pronouns": _names("pronouns pronoun personalpronouns preferredpronouns genderpronouns"),
    "email": _EMAIL,
    "phone": _PHONE,
    "class_year": _names(
        """class classyear classof gradyear graduationyear clyr prefclassyear preferredclassyear preferredyear
        prefclassyr prefclassof yearofgraduation yeargraduated yearofgrad classyr gradyr prefyear prefclass degreeyear
        academicyear primaryclassyear graddate graduationdate yearofdegree acadyear cohortyear prefclas alumniclassyear
        dategraduated"""
    ),
    "degrees": _names(
        "degrees degree degreeinformation degreesearned degreelist degree1 deg deg1 degreecode educ education"
        " alldegrees"
    ),
    "majors": _names(
        "majors major majr majrcode1 majordesc academicmajor fieldofstudy concentration primarymajor subject"
    ),
    "employer": _EMPLOYER,
    "title": _ROLE,
    "field": _names(
        "industry field sector profession industrydesc businesssector fieldofwork careerfield industryname"
    ),
    "city": _CITY,
    "region": _REGION,
    "country": _COUNTRY,
    "time_zone": _names("timezone tz timezoneid timezonesidkey"),
    "linkedin": _LINKEDIN,
    "helps": _names("willingtohelp helps offers volunteerinterests waystohelp careerhelp volunteeroptions willingto"),
    "monthly_cap": _names("maxrequestsmonth maxrequestspermonth maxrequests monthlylimit requestspermonth"),
    "do_not_contact": _names(
        """donotcontact dnc nocontact contactrestriction doesnotwishtobecontacted donotsolicit donotcontactreason
        donotcontactdate donotcontactcode donotcontacttype dncreason dncdate dnccode nocontactreason nocontactdate
        nocontactcode contactrestrictions donotcontactflag donotcontactind nocontactind donotemail noemail
        requestsnoemail emailoptout hasoptedoutofemail donotsendemail donotsolicitreason nosolicit restrictcontact
        *donotcontact* *nocontact* *donotemail* *donotsolicit* *solicitcode* *solicitationcode* *contactrestriction*
        *donotmail* *optedout* *optout* *suppress* *communicationrestriction*"""
    ),
    "deceased": _names(
        """deceased isdeceased deceasedflag deceasedind dead deadind deceaseddate dateofdeath deathdate dtofdeath
        deceasedon deathyear yearofdeath deceasedyear deceasedreason deaddate deceasedcode death datedeceased
        decdate decd dcd dod decdflag dateofdec *deceas* *death* *obituary*"""
    ),
    "status": _names(  # says among other things that somebody has died
        """recordstatus recordstatuscode recordstatusdescription constituentstatus lifestatus vitalstatus livingstatus
        personstatus statuscode status"""
    ),
    "opt_in": _names(
        """directoryoptin optin listindirectory directorylisting includeindirectory directoryconsent optedin
        directoryoptedin alumnidirectoryoptin careerdirectoryoptin careernetworkoptin networkoptin mentoroptin
        mentoringoptin showindirectory consenttolist listingconsent consentdirectory optinflag optinstatus optinind
        directoryok oktolist networkconsent directorypermission optintodirectory directoryopt okforalumnidirectory
        *directoryconsent* *optin*directory* *directory*optin* *mentor*optin* *optin*mentor*"""
    ),
    "source_updated_on": _names(
        """lastupdated updated updatedon lastmodified lastmodifieddate datechanged datemodified lastchanged
        datelastchanged modifiedon lastupdate lastupdatedon activitydate dateupdated lastmoddate changedon lastchangedon
        lastmodifiedon modified changed lastmod systemmodstamp lastmodifieddatetime recordupdated"""
    ),
    "office_notes": _names("notes note comments remarks comment"),
}

STUDENTS: Synonyms = {
    "student_id": _names(
        """studentid studentnumber id emplid bannerid pidm universityid sisid studentno idnumber externalid campusid
        personreferenceid ref reference matriculationnumber netid"""
    ),
    "name": _names("fullname name studentname displayname student namefull"),
    "first_name": _FIRST,
    "last_name": _LAST,
    "preferred_name": _PREFERRED,
    "pronouns": _names("pronouns pronoun personalpronouns preferredpronouns genderpronouns"),
    "email": _names("studentemail campusemail universityemail schoolemail institutionalemail") + _EMAIL,
    "program": _names(
        """program programofstudy academicprogram major majors primarymajor fieldofstudy acadplandescr acadplan plan
        programdesc majordesc majrdesc majrcode1 majr programme acadprog programcode program1 course"""
    ),
    "degree": _names("degree degreecode degreesought degc degccode degccode1 award credential degreeprogram"),
    "expected_term": _names(
        """expectedterm expectedgraduationterm expgradterm expectedgradterm graduationterm gradterm expectedgraduation
        expectedgraduationdate anticipatedgraduation anticipatedgraduationdate expgraddate expectedgraddate expgrad
        classyear class classof graduationyear gradyear expectedcompletionterm completionterm termcodegrad
        termcodegradexp graduationdate expgradyear anticipatedcompletion"""
    ),
    "advisor_email": _names(
        """advisoremail coachemail adviseremail advisoremailaddress careercoachemail coach advisor adviser
        counseloremail careercoach advremail advisormail primaryadvisoremail"""
    ),
    "cohort": _names("cohort cohortname section group coursesection classsection seminar cohortcode"),
}

CONTACTS: Synonyms = {
    "name": _names("fullname name displayname namefull fn completename fileas fileunder person contact contactname"),
    "prefix": _names("nameprefix honorificprefix prefix salutation courtesytitle"),
    "first_name": _FIRST + _names("vorname prenom nombre nome voornaam"),
    "middle_name": _MIDDLE,
    "last_name": _LAST + _names("nachname nom apellidos apellido cognome sobrenome achternaam familienname"),
    "suffix": _SUFFIX,
    "preferred_name": _PREFERRED,
    "pronouns": _names("pronouns pronoun personalpronouns preferredpronouns"),
    "email": _names("email1value emailvalue")
    + _EMAIL
    + _names("email2value email2address email3value email3address")
    + _names("emailadresse adressedemessagerie correo correoelectronico adresseemail courriel"),
    "phone": _names("phone1value phonevalue") + _PHONE,
    "organization": _EMPLOYER
    + _names("organization1name org worksat firma societe entreprise empresa azienda unternehmen bedrijf"),
    "role": _ROLE + _names("organization1title headline jobrole fonction cargo puesto posizione funktion functie"),
    "linkedin": _LINKEDIN + _names("url profileurl profile publicprofileurl website1value webpage website urls"),
    "met_on": _names("connectedon dateconnected connecteddate connectionsince connectedat"),
    "city": _names("address1city businesscity") + _CITY,
    "region": _REGION,
    "country": _COUNTRY,
    "note": _names("notes note comments remarks comment"),
    "kind": _names("vcardkind"),
}

QUESTIONS: Synonyms = {
    "theme": _names("theme topic category kind area section"),
    "text": _names("text question questiontext questions thequestion wording"),
    "why": _names("why reason purpose whyaskthis rationale"),
    "minutes": _names("minutes minute time minutesittakes min duration"),
    "closing": _names("closing isclosing last belongstothelastminutes closingquestion"),
    "stage": _names("stage whereyouare fitsstudentswhoare"),
    "relation": _names(
        "relation talkwith person fitsatalkwith fitsaconversationwith fitssomebodywhois fitssomeonewhois relationship"
    ),
}
