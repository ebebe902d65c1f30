"""The words in and around names: titles, degrees, particles, given names, and some that tell where a name is from."""

from functools import cache
from pathlib import Path


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


RANKS = words_of(
    "dr doctor prof professor mr mrs ms miss mx mme mlle monsieur madame herr frau sr señor señora srta sra dott dra "
    "ing rev reverend msgr monsignor hon honorable ir dr.-ing sen rep "
    "gov pres amb ven venerable rt h.e hrh madam capt lt col gen maj sgt cpl cmdr adm rabbi imam sheikh "
    "ssg sfc ssgt msgt tsgt smsgt cmsgt pfc spc cpt ltc ltg cdr lcdr ltjg lieutenant colonel sergeant 1st 1lt 2lt"
)
BY_GIVEN = words_of("sir dame lady lord aunt auntie tía tia tío tio uncle cousin grandma grandpa nana abuela abuelo")
CALLINGS = words_of("coach judge captain pastor chef senator governor president")
BY_ALL = words_of("sister brother fr father mother deacon")  # a religious name is said whole
ALSO_NAMES = words_of("dean justice major princess prince")
HONORARY = words_of("h.c. hc med phil nat rer jur habil emeritus emerita em mult techn")
NOT_SAID = HONORARY | words_of("hon honorable")  # nobody is greeted with it
TITLES = RANKS | CALLINGS | BY_GIVEN | BY_ALL | ALSO_NAMES
JUNIOR = words_of("jr sr jnr snr ii iii iv v vi vii viii 2nd 3rd 4th")
DEGREES = words_of(
    "phd dphil md dds dmd dvm dnp do jd llm llb llc esq esquire edd edm psyd pharmd drph dsc scd dma thd dmin mph mba "
    "mpa mpp msw lcsw lmft lpc msn bsn rn np aprn crna pa pac ma ba bs ms msc bsc mfa bfa med mdiv mls mlis mim meng "
    "beng bba bcom mcom mres mphil ches rd rdn ldn cpa cfa cfp cissp pmp phr sphr shrm pe eit pt dpt ot otr slp ccc "
    "cccslp facs facp faap faia fache aia leed ret usn usmc usaf obe mbe cbe kbe frs qc kc ccp csm aud od dc nd dnb "
    "mbbs mbchb frcp mrcp gbe dbe gcb kcb cb cmg kcmg gcmg cvo kcvo mvo lvo ch om oc cm pc mp frsc fba freng ceng "
    "acca fca mbbch bds bvsc lld dlitt mlitt mphys msci mchem fraes riba raic faicp aicp sior gphr "
    "msed maed edspec bsed msme msee mse mha mhsa mcrp lmsw lisw licsw lgsw lpcc ncc cgma pmhnp agnp acnp fnp ccrn "
    "cnor ocn bcps bcacp rph cfre rdh rhia rhit ctrs bcba slpd "
    "cscs atc cma crnp fnp cnm cst cva chfc cebs arm pgdip rgn "
    "sj op osb ofm osf csc cssp csj rsm ssj fsc svd sdb ihm bvm snd osu rscj cssr omi"
)
UNSURE = words_of(
    "ch om oc cm cb pc mp "
    "ma ba bs ms do med pa pe pt ot od dc nd rd rn np arm ret ed v vi i csm ccc otr aud mim kc qc sj op"
)
# What systems that want two names put for one that somebody has not: first, last, middle name unknown.
UNKNOWN = words_of("fnu lnu nfn nln nmn nmi")
NOT_GIVEN = UNKNOWN | words_of("n/a #n/a none null unknown unk blank missing tbd xx xxx")  # as a cell of its own
PARTICLES = words_of(
    "van von vom vander vanden zu zum zur der den de del della dello delle degli dei di da das do dos du des la las le "
    "los ter ten te tot 't bin binti bint ibn ben abu al el ul ap ab ó ní nic mac mc af av san st st. saint santa wa"
)
LOWER_ONLY = words_of("do te ap ab av af mc ten wa")  # with a capital they are names: Kim Do Yeon
GIVEN_OF_MARY = words_of(
    "carmen mar pilar rosario rocio luz angeles dolores mercedes remedios paz sol valle consuelo cielo socorro jesus "
    "refugio lourdes fatima guadalupe"
)
VIETNAMESE = words_of("nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn mai")
VIETNAMESE_PLAIN = words_of(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh doan mai"
)
ORGANIZATIONS = words_of(
    "school university college academy institute hospital clinic foundation association society department agency "
    "company corporation corp inc llc ltd gmbh plc committee council library museum district center centre ministry "
    "laboratory labs services consulting county workshop conference office team program programme department"
)
ALSO_SURNAMES = words_of("church bank law club house hall park parks temple chapel group partners fair event panel")
SHORT_NAMES = words_of(
    "abby al alex allie andy angie annie art barb becky ben benny bert beth betsy betty bev bill billy bob bobby brad "
    "cal candy carrie cathy charlie chris chuck cindy connie dan danny dave deb debbie dick don donnie dot drew ed "
    "eddie ellie fran frank fred gabe gene greg gus hal hank harry jack jackie jake jamie jan jeff jen jenny jerry jim "
    "jimmy joe joey johnny jon josh kate kathy katie ken kim kit larry len liz lou maggie mandy marge marty matt max "
    "meg mel mickey mike mitch molly nan nancy ned nell nick pam pat patty peg peggy pete phil ray rich rick rob "
    "robbie ron rosie sally sam sandy steve stu sue ted terry theo tim tom tommy tony trish val vicky vince walt "
    "will woody"
)

HISPANIC = words_of(  # last names, beside those that end in -ez
    "garcia silva santos rojas vargas castro torres flores ramos reyes morales ortega delgado medina herrera aguilar "
    "guerrero mendoza castillo molina navarro romero alvarado rivera gutierrez moreno fuentes vega"
)
PAIRED = words_of("maria jose")  # said with the next one: María José, José Luis
KOREAN = words_of(
    "kim lee park pak choi choe jung jeong kang cho yoon jang chang lim moon ban shin seo kwon hwang ahn song"
)
SERVANT_OF = words_of("abd abdel abdul abu umm st st. saint")  # no name without the next word: Abdul Rahman


@cache
def given_names() -> frozenset[str]:
    """Return the folded given names that we know."""
    text = (Path(__file__).parent / "data" / "given_names.txt").read_text(encoding="utf-8")
    return words_of(" ".join(line for line in text.splitlines() if not line.startswith("#")))
