"""The names that systems give their columns, per kind of table; folded as headers.py folds them, the surest first.

Raiser's Edge, Salesforce (NPSP, Ascend), Banner, PeopleSoft, Slate, Ellucian Advance, Google and Outlook contacts,
LinkedIn, in English and as these programs say it in German, French, Spanish, Italian and Portuguese. What only dresses
a name (`CnBio_`, `__c`, `SPRIDEN_`) headers.py takes off.
"""

from apps.tables.headers import Synonyms


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _names(
    "firstname givenname first forename fname legalfirstname legalfirst firstnm givennames firstnames studentfirst"
    " vorname prenom nombre nombres primernombre nome primeironome voornaam 名"
)
_LAST = _names(
    "lastname surname familyname last lname legallastname legallast preflastname lastnm familynm surnames studentlast"
    " nachname familienname nom nomdefamille apellido apellidos cognome sobrenome achternaam 姓"
)
_MIDDLE = _names(
    """middlename additionalname middle mi mname middlenames middleinitial weiterevornamen deuxiemeprenom segundonombre
    secondonome nomedomeio"""
)
_SUFFIX = _names("suffix namesuffix suf1 honorificsuffix perssuffix sufx suffixe sufijo suffisso sufixo")
_PREFERRED = _names(
    """preferredname nickname preferredfirstname preferred goesby knownas chosenname callname aka prefname informalname
    livedname nametheygoby commonname casualname preffirst preferredfirst usualname nicknm preffirstname chosenfirstname
    spitzname rufname surnom prenomusuel apodo soprannome apelido"""
)
_FULL = _names(
    "fullname name constituentname displayname nickname namefull prefmailname fileas namedisplay completename"
)
_EMAIL = _names(
    """emailaddress email preferredemail emailpreferred preferredemailaddress emailaddr personalemail homeemail
    emailhome emailaddresspersonal mail emailid primaryemail prefemail pemail campusemail schoolemail universityemail
    institutionalemail preferredemailnumber emailnumber workemail emailwork alternateemail
    phonenumberemail goremalemailaddress emailvalue uccemail bestemail institutionemail currentemail mainemail
    emailadresse adressedemessagerie adresseemail adresseelectronique courriel correo correoelectronico
    direcciondecorreoelectronico indirizzopostaelettronica indirizzoemail postaelettronica enderecodeemail
    adressecourriel emailadres enderecodecorreioeletronico correioeletronico secondaryemail otheremail
   """
)
_PHONE = _names(
    """homephone phone mobile telephone phonenumber mobilephone cellphone cell preferredphone homephonenumber
    primaryphone phonevalue phonehome phonemobile businessphone workphone telephonenumber mobilenumber cellnumber
    bestphone telefon telefonnummer mobiltelefon handy telefonprivat telefongeschaftlich telmobile telephonemobile
    portable telbureau teldomicile telefono movil telefonomovil celular cellulare telefone telemovel telefoon
    telefoonnummer mobiel telefoonmobiel telefoonthuis telefoonwerk telefonodeltrabajo
    telefonoparticular telefonecomercial telefoneresidencial telefoonopwerk
    otherphone"""
)
_LINKEDIN = _names(
    """linkedin linkedinurl linkedinprofile linkedinprofileurl linkedinaddress linkedinlink linkedinpage
    linkedinprofilelink linkedinhandle linkedinid linkedinpublicurl linkedinpublicprofile"""
)
_EMPLOYER = _names(
    """employer employername company companyname organization organisation orgname organizationname organisationname
    currentemployer primaryemployer businessname employment employername1 companyororganization workplace
    organizationname1 firm employerfullname primarybusiness accountname placeofwork placeofemployment whereyouwork
    wheretheywork worksat firma unternehmen arbeitgeber societe entreprise employeur empresa empleador organizacion
    azienda societa datoredilavoro empregador bedrijf werkgever nomdelorganisation nombredelaorganizacion
    namederorganisation nomedaorganizacao nomeorganizzazione organizacao organizzazione
    organisatie 会社 会社名 勤務先"""
)
_ROLE = _names(
    """jobtitle position positiontitle currentposition currenttitle currentjobtitle businesstitle role occupation
    worktitle employmenttitle jobposition organizationtitle jobfunction employmentposition title occupationtitle
    jobrole roletitle whatyoudo whattheydo posizione beruf berufsbezeichnung funktion fonction poste cargo puesto
    functie functietitel titredeposte titreduposte titelderorganisation titredelorganisation
    cargoenlaorganizacion 役職"""
)
_CITY = _names(
    "city town homecity mailingcity prefcity preferredcity addresscity locality mailcity addrcity citynm workcity"
    " businesscity location ort stadt wohnort ortgeschaftlich ortprivat ville villebureau villedomicile ciudad citta"
    " cidade stad ciudaddeltrabajo ciudadparticular plaats woonplaats plaatswerk plaatsthuis plaatsopwerk"
    " citystate citystatezip citystatezipcode livelocation currentlocation livesin basedin"
)
_REGION = _names(
    """stateprovince state province region statecode homestate mailingstate mailingstateprovince prefstate statprovince
    addressstate stateabbreviation stateorprovince administrativearea statcode countystate stateprov bundesland
    etat estado provincia"""
)
_COUNTRY = _names(
    "country countrycode homecountry mailingcountry prefcountry addresscountry nation countryname natncode ctry"
    " countrydescription contrylongdscription countrylongdescription workcountry businesscountry countryofresidence"
    " land pays pais paese paesidiresidenza"
)

ALUMNI: Synonyms = {
    "external_id": _names(
        """constituentid id advanceid externalid lookupid constituentlookupid constid consid constituentnumber
        constituentno idnumber idno pidm emplid bannerid universityid alumniid alumid contactid accountid personid
        recordid systemid constitid entityid donorid personreferenceid ref reference importid systemrecordid studentid
        coreid userid memberid advid alumninumber alumnumber donornumber uid cwid studentnumber membernumber profileid
        colleagueid sisuserid uniqueid"""
    ),
    "name": _names(
        """fullname name constituentname displayname namedisplay namefull prefmailname fileas completename prefnamesort
        reportname sortname sortablename namelfm namefml vollername nomcomplet nombrecompleto nomecompleto"""
    ),
    "first_name": _FIRST,
    "middle_name": _MIDDLE,
    "last_name": _LAST,
    "suffix": _SUFFIX,
    "former_name": _names(
        """maidenname formername previousname birthname lastnameatgraduation formerlastname maiden nee birthsurname
        nameatgraduation surnameatbirth previouslastname previoussurname formersurname namewhileattending geburtsname
        nomdenaissance apellidodesoltera"""
    ),
    "preferred_name": _PREFERRED,
    "pronouns": _names("pronouns pronoun personalpronouns preferredpronouns genderpronouns"),
    "email": _EMAIL,
    "phone": _PHONE,
    "class_year": _names(
        """class classyear classof gradyear graduationyear clyr prefclassyear preferredclassyear preferredyear
        prefclassyr prefclassof yearofgraduation yeargraduated yearofgrad classyr gradyr prefyear prefclass degreeyear
        academicyear primaryclassyear graddate graduationdate yearofdegree acadyear cohortyear prefclas alumniclassyear
        dategraduated graduatingclass graduatingyear yog undergradclassyear undergraduateclassyear ugclassyear
        degreeconferredyear degreeconferreddate conferralyear conferraldate dateconferred degreedate completionyear
        reunionclass reunionclassyear reunionyear abschlussjahr jahrgang promotion anneedediplome anneedobtention
        anodegraduacion promocion annodilaurea anodeformatura"""
    ),
    "degrees": _names(
        "degrees degree degreeinformation degreesearned degreelist degree1 deg deg1 degreecode educ education"
        " alldegrees degreesawarded degreesheld abschluss diplome diplomes titulo"
    ),
    "majors": _names(
        """majors major majr majrcode1 majordesc academicmajor fieldofstudy concentration primarymajor subject
        acadplandescr acadplan majrdesc studienfach"""
    ),
    "employer": _EMPLOYER,
    "title": _ROLE,
    "field": _names(
        "industry field sector profession industrydesc businesssector fieldofwork careerfield industryname lineofwork"
        " branche secteur sector industria"
    ),
    "city": _CITY,
    "region": _REGION,
    "country": _COUNTRY,
    "time_zone": _names("timezone tz timezoneid timezonesidkey tzname timezonename zeitzone fuseauhoraire zonahoraria"),
    "linkedin": _LINKEDIN,
    "helps": _names(
        """willingtohelp helps offers volunteerinterests waystohelp careerhelp volunteeroptions willingto
        willingtomentor helpoffered howtheycanhelp"""
    ),
    "monthly_cap": _names("maxrequestsmonth maxrequestspermonth maxrequests monthlylimit requestspermonth"),
    "do_not_contact": _names(
        """donotcontact dnc nocontact contactrestriction doesnotwishtobecontacted donotsolicit donotcontactreason
        donotcontactdate donotcontactcode donotcontacttype dncreason dncdate dnccode nocontactreason nocontactdate
        nocontactcode contactrestrictions donotcontactflag donotcontactind nocontactind donotemail noemail
        requestsnoemail emailoptout hasoptedoutofemail donotsendemail donotsolicitreason nosolicit restrictcontact
        *donotcontact* *nocontact* *donotemail* *donotsolicit* *solicitcode* *solicitationcode* *contactrestriction*
        *donotmail* *optedout* *optout* *suppress* *communicationrestriction* *donotcall* *donotprocess* *unsubscri*
        *nomail* *nosolicit* *donottext* *donotphone* *ferpa* *confid* privacyflag privacyind privacyhold privacycode
        privacyblock anonymous keinkontakt nichtkontaktieren nepascontacter nocontactar"""
    ),
    "may_contact": _names(  # the other way round: No means Do Not Contact
        """contactpreference contactpreferences communicationpreference communicationpreferences preferredcontactmethod
        contactable *oktocontact* *oktoemail* *oktomail* *maycontact* *mayemail* *cancontact* *canemail* *contactok*
        *emailok* *emailpermission* *contactpermission* *emailconsent* *contactconsent* *consenttocontact*
        *consenttoemail* *permissiontocontact* *permissiontoemail* *subscribed* *okaytocontact* *okaytoemail*"""
    ),
    "deceased": _names(
        """deceased isdeceased deceasedflag deceasedind dead deadind deceaseddate dateofdeath deathdate dtofdeath
        deceasedon deathyear yearofdeath deceasedyear deceasedreason deaddate deceasedcode death datedeceased
        decdate decd dcd dod decdflag dateofdec died dieddate datedied passedaway datepassed dateofpassing passingdate
        inmemoriam *deceas* *death* *obituary* *passedaway* *ofpassing* verstorben gestorben sterbedatum
        todesdatum decede datededeces deces fallecido fallecida difunto fechadefallecimiento deceduto falecido"""
    ),
    "living": _names("living isliving livingflag livingind alive isalive stillliving livingdead livingyn"),  # No: died
    "status": _names(  # says among other things that somebody has died
        """recordstatus recordstatuscode recordstatusdescription constituentstatus lifestatus vitalstatus livingstatus
        personstatus statuscode status constituenttype recordtype persontype inactivereason inactivestatus
        inactivereasoncode statusreason"""
    ),
    "opt_in": _names(
        """directoryoptin optin listindirectory directorylisting includeindirectory directoryconsent optedin
        directoryoptedin alumnidirectoryoptin careerdirectoryoptin careernetworkoptin networkoptin mentoroptin
        mentoringoptin showindirectory consenttolist listingconsent consentdirectory optinflag optinstatus optinind
        directoryok oktolist networkconsent directorypermission optintodirectory directoryopt okforalumnidirectory
        consenttodirectory shareprofile shareprofilewithstudents sharewithstudents shareinfo visibletostudents
        *directoryconsent* *optin*directory* *directory*optin* *mentor*optin* *optin*mentor*"""
    ),
    "opt_out": _names(  # the other way round: Yes means not listed
        """donotlist dontlist donotpublish unlisted directoryoptout optoutofdirectory optoutdirectory hidefromdirectory
        excludefromdirectory omitfromdirectory directoryexclude notindirectory hideprofile
        *donotlist* *donotpublish* *directory*optout* *optout*directory* *exclude*directory* *hide*directory*
        *omit*directory* *directory*exclu* *directory*hid*"""
    ),
    "source_updated_on": _names(
        """lastupdated updated updatedon lastmodified lastmodifieddate datechanged datemodified lastchanged
        datelastchanged modifiedon lastupdate lastupdatedon activitydate dateupdated lastmoddate changedon lastchangedon
        lastmodifiedon modified changed lastmod systemmodstamp lastmodifieddatetime recordupdated lastedited
        datelastmodified datelastupdated lastupdatedate updatedat modifiedat modifieddate updateddate lasteditdate
        geandertam"""
    ),
    "office_notes": _names("notes note comments remarks comment notizen notas"),
}

STUDENTS: Synonyms = {
    "student_id": _names(
        """studentid studentnumber id emplid bannerid pidm universityid sisid studentno idnumber externalid campusid
        personreferenceid ref reference matriculationnumber netid sisuserid colleagueid uid cwid studentnumberid
        learnerid idno"""
    ),
    "name": _names("fullname name studentname displayname student namefull sortablename sortname namelfm namefml"),
    "first_name": _FIRST,
    "last_name": _LAST,
    "preferred_name": _PREFERRED,
    "pronouns": _names("pronouns pronoun personalpronouns preferredpronouns genderpronouns"),
    "email": _names("studentemail campusemail universityemail schoolemail institutionalemail") + _EMAIL,
    "program": _names(
        """program programofstudy academicprogram major majors primarymajor fieldofstudy acadplandescr acadplan plan
        programdesc majordesc majrdesc majrcode1 majr programme acadprog programcode program1 course activeprogram
        primaryprogram programtitle studentprogram majorname"""
    ),
    "degree": _names("degree degreecode degreesought degc degccode degccode1 award credential degreeprogram"),
    "expected_term": _names(
        """expectedterm expectedgraduationterm expgradterm expectedgradterm graduationterm gradterm expectedgraduation
        expectedgraduationdate anticipatedgraduation anticipatedgraduationdate expgraddate expectedgraddate expgrad
        classyear class classof graduationyear gradyear expectedcompletionterm completionterm termcodegrad
        termcodegradexp graduationdate expgradyear anticipatedcompletion graddate anticipatedgradterm
        anticipatedgraduationterm anticipatedgraddate anticipatedgrad antcmpldate anticipatedcompletiondate
        expectedgrad expectedgradyear expectedgraduationyear expecteddegreedate"""
    ),
    "advisor_email": _names(
        """advisoremail coachemail adviseremail advisoremailaddress careercoachemail coach advisor adviser
        counseloremail careercoach advremail advisormail primaryadvisoremail academicadvisoremail
        academicadviseremail academicadvisor careeradvisoremail careeradvisor successcoachemail successcoach"""
    ),
    "cohort": _names("cohort cohortname section group coursesection classsection seminar cohortcode"),
}

CONTACTS: Synonyms = {
    "name": _names(
        """fullname name displayname namefull fn completename fileas fileunder person contact contactname vollername
        nomcomplet nombrecompleto nomecompleto"""
    ),
    "prefix": _names(
        """nameprefix honorificprefix prefix salutation courtesytitle anrede civilite tratamiento titolo prefixe prefijo
        namensprafix prefisso prefixo"""
    ),
    "first_name": _FIRST,
    "middle_name": _MIDDLE,
    "last_name": _LAST,
    "suffix": _SUFFIX,
    "preferred_name": _PREFERRED,
    "pronouns": _names("pronouns pronoun personalpronouns preferredpronouns"),
    "email": _names("email1value emailvalue")
    + _EMAIL
    + _names("email2value email2address email2 email3value email3address email3"),
    "phone": _names(
        """mobilephone mobile mobilenumber cellphone mobiltelefon telmobile telefonomovil telefonecelular
        mobieletelefoon phone1value phonevalue"""
    )
    + _PHONE
    + _names("phone2value phone2"),
    "organization": _EMPLOYER + _names("organization1name org"),
    "role": _ROLE + _names("organization1title headline"),
    "linkedin": _LINKEDIN
    + _names(
        """url profileurl profile publicprofileurl website1value webpage website urls webseite siteweb paginaweb
        personalwebpage profilurl urlduprofil urldelperfil urldoperfil"""
    ),
    "met_on": _names(
        """connectedon dateconnected connecteddate connectionsince connectedat verbundenam connexionle enlazadoel
        conectadoel conectadoem collegatoil geconnecteerdop vernetztam verbundenseit datedeconnexion connectele
        fechadeconexion datadeconexao datadicollegamento verbondenop gekoppeldop connectiondate
        *verbunden* *vernetzt* *connexion* *connectee* *conexion* *conexao* *collegament* *collegat* *verbonden*
        *gekoppeld* *connected* *conectado*"""
    ),
    "city": _names("address1city businesscity") + _CITY,
    "region": _REGION,
    "country": _COUNTRY,
    "note": _names("notes note comments remarks comment notizen notas notities"),
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
