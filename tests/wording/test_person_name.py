"""Names as people, forms and exports write them: whom to greet, how to call, initials, what they sort by."""

import pytest

from apps.wording import person_name
from apps.wording.name_lists import split_list
from apps.wording.person_name import in_header, is_organization, read, tidy
from apps.wording.text import folded

NAMES = [  # name, preferred; first name, called, initials, sort key
    ("Ana Ruiz", "", "Ana", "Ana Ruiz", "AR", "ruiz ana"),
    (", Ana", "", "Ana", "Ana", "A", "ana"),  # a file of “Last, First” where the last name is empty
    ("Ruiz,", "", "Ruiz", "Ruiz", "R", "ruiz"),
    ("Ken Griffey, Jr.", "", "Ken", "Ken Griffey Jr.", "KG", "griffey ken jr."),
    ("Griffey, Ken, Jr.", "", "Ken", "Ken Griffey Jr.", "KG", "griffey ken jr."),
    ("Griffey Jr., Ken", "", "Ken", "Ken Griffey Jr.", "KG", "griffey ken jr."),
    ("Sammy Davis Jr", "", "Sammy", "Sammy Davis Jr", "SD", "davis sammy jr"),
    ("Martin Luther King III", "", "Martin", "Martin Luther King III", "MK", "king martin luther iii"),
    (
        "Rev. Dr. Martin Luther King, Jr.",
        "",
        "Rev. Dr. King",
        "Rev. Dr. Martin Luther King Jr.",
        "MK",
        "king martin luther jr.",
    ),
    ("SMITH, JOHN A JR", "", "John", "John A Smith Jr", "JS", "smith john a jr"),
    ("Jane Doe CPA CGMA", "", "Jane", "Jane Doe CPA CGMA", "JD", "doe jane"),
    ("Jane Doe ’08 P’24 GP’31", "", "Jane", "Jane Doe", "JD", "doe jane"),
    ("Jane Doe MBA’19", "", "Jane", "Jane Doe", "JD", "doe jane"),
    ("Ann Bly, M.S.Ed.", "", "Ann", "Ann Bly M.S.Ed.", "AB", "bly ann"),
    ("SSgt John Miles", "", "SSgt Miles", "SSgt John Miles", "JM", "miles john"),
    ('Bly, Ann M. ("Annie")', "", "Annie", "Annie Bly", "AB", "bly ann m."),
    ("Ngũgĩ wa Thiong’o", "", "Ngũgĩ", "Ngũgĩ wa Thiong’o", "NT", "wa thiong’o ngugi"),
    ("Wa Lee", "", "Wa", "Wa Lee", "WL", "lee wa"),
    ("Jonathan Carter", "JON", "Jon", "Jon Carter", "JC", "carter jonathan"),
    ("Jonathan Carter", "Mr. Carter", "Mr. Carter", "Mr. Carter", "MC", "carter jonathan"),
    ("Kennedy Jr., Robert F.", "", "Robert", "Robert F. Kennedy Jr.", "RK", "kennedy robert f. jr."),
    ("Mary Jones, M.D.", "", "Mary", "Mary Jones M.D.", "MJ", "jones mary"),
    ("Jane Lindqvist, PhD", "", "Jane", "Jane Lindqvist PhD", "JL", "lindqvist jane"),
    ("John Smith MD PhD", "", "John", "John Smith MD PhD", "JS", "smith john"),
    (
        "Smith-Jones, Dr. Mary Ann, PhD, MBA",
        "",
        "Dr. Smith-Jones",
        "Dr. Mary Ann Smith-Jones PhD MBA",
        "MS",
        "smith-jones mary ann",
    ),
    ("Rev. Msgr. Patrick Daly S.J.", "", "Rev. Msgr. Daly", "Rev. Msgr. Patrick Daly S.J.", "PD", "daly patrick"),
    ("Daly, Patrick, O.P.", "", "Patrick", "Patrick Daly O.P.", "PD", "daly patrick"),
    ("Park, SJ", "", "SJ", "SJ Park", "SP", "park sj"),
    ("Hon. Ruth Bader Ginsburg", "", "Ruth", "Hon. Ruth Bader Ginsburg", "RG", "ginsburg ruth bader"),
    ("The Honorable Ann Cole", "", "Ann", "Honorable Ann Cole", "AC", "cole ann"),
    ("FNU Rahul", "", "Rahul", "Rahul", "R", "rahul"),
    ("LNU, Priya", "", "Priya", "Priya", "P", "priya"),
    ("Sukarno, .", "", "Sukarno", "Sukarno", "S", "sukarno"),
    ("Ann NMI Smith", "", "Ann", "Ann Smith", "AS", "smith ann"),
    ("Eva Smith, Esq.", "", "Eva", "Eva Smith Esq.", "ES", "smith eva"),
    ("Smith, John, Jr.", "Jack", "Jack", "Jack Smith Jr.", "JS", "smith john jr."),
    ("Jonathan Smith", "Jon Smith", "Jon", "Jon Smith", "JS", "smith jonathan"),
    ("Suharto", "Pak Harto", "Pak Harto", "Pak Harto", "P", "suharto"),
    ("Dr. Ana Núñez", "", "Dr. Núñez", "Dr. Ana Núñez", "AN", "nunez ana"),
    ("Núñez, Ana, Dr.", "", "Dr. Núñez", "Dr. Ana Núñez", "AN", "nunez ana"),
    ("Dr. Ana Núñez", "Anita", "Anita", "Anita Núñez", "AN", "nunez ana"),
    ("Dr. Kwame Osei", "", "Dr. Osei", "Dr. Kwame Osei", "KO", "osei kwame"),
    ("Prof. Dr. h.c. Müller", "", "Prof. Dr. Müller", "Prof. Dr. h.c. Müller", "M", "muller"),
    ("Professor Tanabe", "", "Professor Tanabe", "Professor Tanabe", "T", "tanabe"),
    ("Mr. Alvarez", "", "Mr. Alvarez", "Mr. Alvarez", "A", "alvarez"),
    ("Mr. and Mrs. Smith", "", "Mr. and Mrs. Smith", "Mr. and Mrs. Smith", "S", "smith"),
    ("Mx. Sam Lee (they/them)", "", "Mx. Lee", "Mx. Sam Lee", "SL", "lee sam"),
    ("Sister Mary Clarence", "", "Sister Mary Clarence", "Sister Mary Clarence", "MC", "clarence mary"),
    ("Sir Ian McKellen", "", "Sir Ian", "Sir Ian McKellen", "IM", "mckellen ian"),
    ("Aunt Rosa", "", "Aunt Rosa", "Aunt Rosa", "R", "rosa"),
    ("Coach Kim", "", "Coach Kim", "Coach Kim", "K", "kim"),
    ("Dean Martin", "", "Dean", "Dean Martin", "DM", "martin dean"),
    ("Dean Mary Smith", "", "Dean Smith", "Dean Mary Smith", "MS", "smith mary"),
    ("Suharto", "", "Suharto", "Suharto", "S", "suharto"),
    ("Björk", "", "Björk", "Björk", "B", "bjork"),
    ("D'Angelo", "", "D'Angelo", "D'Angelo", "D", "d'angelo"),
    ("O’Brien", "", "O’Brien", "O’Brien", "O", "o’brien"),
    ("van der Berg, Anneke", "", "Anneke", "Anneke van der Berg", "AB", "van der berg anneke"),
    ("Anneke van der Berg", "", "Anneke", "Anneke van der Berg", "AB", "van der berg anneke"),
    ("Anneke van der Berg", "Ann", "Ann", "Ann van der Berg", "AB", "van der berg anneke"),
    ("de la Cruz", "", "de la Cruz", "de la Cruz", "C", "de la cruz"),
    ("DE LA CRUZ, JUAN", "", "Juan", "Juan de la Cruz", "JC", "de la cruz juan"),
    ("Oscar de la Renta", "", "Oscar", "Oscar de la Renta", "OR", "de la renta oscar"),
    ("Maria de Souza e Silva", "", "Maria", "Maria de Souza e Silva", "MS", "de souza e silva maria"),
    ("Santiago Ramón y Cajal", "", "Santiago", "Santiago Ramón y Cajal", "SR", "ramon y cajal santiago"),
    ("María del Carmen García", "", "María", "María del Carmen García", "MG", "garcia maria del carmen"),
    ("Abdul Rahman bin Faisal", "", "Abdul Rahman", "Abdul Rahman bin Faisal", "AF", "bin faisal abdul rahman"),
    ("Ó Briain, Dara", "", "Dara", "Dara Ó Briain", "DÓ", "o briain dara"),
    ("Jill St. John", "", "Jill", "Jill St. John", "JS", "st. john jill"),
    ("Bin Li", "", "Bin", "Bin Li", "BL", "li bin"),
    ("Van Nguyen", "", "Van", "Van Nguyen", "VN", "nguyen van"),
    ("Vo, Ma", "", "Ma", "Ma Vo", "MV", "vo ma"),
    ("YO-YO MA", "", "Yo-Yo", "Yo-Yo Ma", "YM", "ma yo-yo"),
    ("Malcolm X", "", "Malcolm", "Malcolm X", "MX", "x malcolm"),
    ("J. R. R. Tolkien", "", "J. R. R. Tolkien", "J. R. R. Tolkien", "JT", "tolkien j. r. r."),
    ("T.J. McConnell", "", "T.J.", "T.J. McConnell", "TM", "mcconnell t.j."),
    ("JD Smith", "", "JD", "JD Smith", "JS", "smith jd"),
    ("J. Robert Oppenheimer", "", "Robert", "J. Robert Oppenheimer", "JO", "oppenheimer j. robert"),
    ('Robert "Bob" Smith', "", "Bob", "Bob Smith", "BS", "smith robert"),
    ("William (Bill) Robertson", "", "Bill", "Bill Robertson", "BR", "robertson william"),
    ("Jane (Smith) Doe", "", "Jane", "Jane Doe", "JD", "doe jane"),
    ("Jane Doe (née Smith)", "", "Jane", "Jane Doe", "JD", "doe jane"),
    ("Smith Jones, John & Mary", "", "John and Mary", "John & Mary Smith Jones", "JS", "smith jones john & mary"),
    ("LEE, MIN-HO", "", "Min-Ho", "Min-Ho Lee", "ML", "lee min-ho"),
    ("LEE Min-ho", "", "Min-ho", "Min-ho Lee", "ML", "lee min-ho"),
    ("Gabriel GARCÍA MÁRQUEZ", "", "Gabriel", "Gabriel García Márquez", "GG", "garcia marquez gabriel"),
    ("MCDONALD, ANGUS", "", "Angus", "Angus McDonald", "AM", "mcdonald angus"),
    ("O'NEIL, SHAUN", "", "Shaun", "Shaun O'Neil", "SO", "o'neil shaun"),
    (
        "María José Carreño Quiñones",
        "",
        "María José",
        "María José Carreño Quiñones",
        "MC",
        "carreno quinones maria jose",
    ),
    ("Nguyễn Thị Minh Khai", "", "Khai", "Nguyễn Thị Minh Khai", "NK", "nguyen thi minh khai"),
    ("יעל כהן", "", "יעל", "יעל כהן", "יכ", "כהן יעל"),
    ("محمد علي", "", "محمد", "محمد علي", "مع", "علي محمد"),
    ("Иванов Иван Иванович", "", "Иван", "Иванов Иван Иванович", "ИИ", "иванов иван иванович"),
    ("Иван Иванович Иванов", "", "Иван", "Иван Иванович Иванов", "ИИ", "иванов иван иванович"),
    ("毛泽东", "", "毛泽东", "毛泽东", "毛", "毛泽东"),
    ("山田 太郎", "", "山田 太郎", "山田 太郎", "山太", "山田 太郎"),
    ("김, 민호", "", "김민호", "김민호", "김", folded("김민호")),
    ("Şafak Yılma 🌱", "", "Şafak", "Şafak Yılma", "ŞY", "yilma safak"),
    ("Rohan Som (he/him)", "", "Rohan", "Rohan Som", "RS", "som rohan"),
    ("Jane Doe 🌱 she/her", "", "Jane", "Jane Doe", "JD", "doe jane"),
    ("Grace Otieno ’13", "", "Grace", "Grace Otieno", "GO", "otieno grace"),
    ("Marisol Vega, county open day", "", "Marisol", "Marisol Vega", "MV", "vega marisol"),
    ("Bob from church", "", "Bob", "Bob", "B", "bob"),
    ("Gabriel García Márquez", "", "Gabriel", "Gabriel García Márquez", "GG", "garcia marquez gabriel"),
    ("Ban Ki-moon", "", "Ki-moon", "Ban Ki-moon", "BK", "ban ki-moon"),
    ("Judge Judy", "", "Judge Judy", "Judge Judy", "J", "judy"),
    ("Ana Núñez, Ph. D.", "", "Ana", "Ana Núñez Ph.D.", "AN", "nunez ana"),
    ("my aunt Rosa", "", "Aunt Rosa", "Aunt Rosa", "R", "rosa"),
    ("🌱", "", "🌱", "🌱", "🌱", "🌱"),
]


@pytest.mark.parametrize(("name", "preferred", "first", "called", "initials", "key"), NAMES)
def test_a_name_is_taken_apart(name, preferred, first, called, initials, key):
    found = read(name, preferred)
    assert (found.first, found.called, found.initials, found.sort_key) == (first, called, initials, key)
    assert found.possessive == f"{first}’s"


@pytest.mark.parametrize(("name", "key"), [
    ("Sir Ian McKellen CH CBE", "mckellen ian"),
    ("Rt. Hon. Justin Trudeau PC MP", "trudeau justin"),
    ("H.E. Amina Mohamed", "mohamed amina"),
    ("Jane Smith LCSW-R", "smith jane"),
    ("Om Prakash", "prakash om"),
    ("MP Singh", "singh mp"),
    ("Dr.Jane Doe", "doe jane"),
])  # fmt: skip
def test_ranks_and_honors_are_not_sorted_by(name, key):
    assert read(name).sort_key == key


def test_nothing_has_no_name():
    assert (read("").called, read("").initials, read(" , ").first) == ("", "?", ",")


@pytest.mark.parametrize(("given", "family", "full", "key"), [
    ("Deborah", "Adkins, PhD", "Deborah Adkins PhD", "adkins deborah"),
    ("Suharto", "", "Suharto", "suharto"),
    ("", "Suharto", "Suharto", "suharto"),
    ("María José", "Carreño Quiñones", "María José Carreño Quiñones", "carreno quinones maria jose"),
    ("JOHN", "SMITH JR", "John Smith Jr", "smith john jr"),
    (".", "Sukarno", "Sukarno", "sukarno"),
    ("FNU", "Rahul", "Rahul", "rahul"),
    ("Priya", "LNU", "Priya", "priya"),
    ("N/A", "Suharto", "Suharto", "suharto"),
    ("-", "-", "", ""),
    ("Jo", "Na", "Jo Na", "na jo"),
])  # fmt: skip
def test_cells_of_their_own_say_which_part_is_the_last_name(given, family, full, key):
    found = person_name.of_parts(given, family)
    assert (found.full, found.sort_key) == (full, key)
    assert read(full, key=key).sort_key == key  # and the stored key goes on saying it


def test_a_key_of_another_name_says_nothing():
    assert read("Anneke van der Berg", key="berg anneke van der").sort_key == "van der berg anneke"
    assert read("Ana Ruiz", key="lopez ana").sort_key == "ruiz ana"


@pytest.mark.parametrize(("typed", "kept"), [
    ("Smith, John", "John Smith"),
    ("Jane Lindqvist, PhD", "Jane Lindqvist PhD"),
    ('Smith, Robert "Bob"', "Robert “Bob” Smith"),
    ("Marisol Vega, county open day", "Marisol Vega, county open day"),
    ("Jane Smith-Doe, Ph.D., ABPP", "Jane Smith-Doe Ph.D. ABPP"),
    ("Jane Smith, M. Ed.", "Jane Smith M.Ed."),
    ("Jane Smith, LCSW-R", "Jane Smith LCSW-R"),
    ("Smith Jones, Anne, FNP-BC", "Anne Smith Jones FNP-BC"),
    ("Garcia Lopez, JM", "JM Garcia Lopez"),
    ("Garcia Lopez, ANA", "ANA Garcia Lopez"),
    (" Mom  💛 ", "Mom 💛"),
])  # fmt: skip
def test_a_name_that_was_typed_is_put_in_order(typed, kept):
    assert tidy(typed) == kept


@pytest.mark.parametrize(("line", "people"), [
    ("Smith, John", ["John Smith"]),
    ("Smith, John, Jr.", ["John Smith Jr."]),
    ("Okonkwo, Chidi", ["Chidi Okonkwo"]),
    ("van der Berg, Anneke", ["Anneke van der Berg"]),
    ("García Márquez, Gabriel", ["Gabriel García Márquez"]),
    ("LEE, MIN-HO", ["Min-Ho Lee"]),
    ("Jane Lindqvist, PhD", ["Jane Lindqvist PhD"]),
    ("Ken Griffey, Jr.", ["Ken Griffey Jr."]),
    ("Marisol Vega, county open day", ["Marisol Vega, county open day"]),
    ("Ana, Ben, Carla", ["Ana", "Ben", "Carla"]),
    ("Ana, Ben", ["Ana", "Ben"]),
    ("Mom, Dad", ["Mom", "Dad"]),
    ("Aunt Rosa, Uncle Bob", ["Aunt Rosa", "Uncle Bob"]),
    ("Ana Ruiz, Ben Cole", ["Ana Ruiz", "Ben Cole"]),
    ("Ana Ruiz, PhD, Ben Cole", ["Ana Ruiz PhD", "Ben Cole"]),
    ("Dr. Osei, Ana", ["Dr. Osei", "Ana"]),
])  # fmt: skip
def test_a_line_of_names_is_parted_into_people(line, people):
    assert split_list(line) == people


@pytest.mark.parametrize(("line", "is_one"), [
    ("Lincoln High School", True),
    ("Mayo Clinic", True),
    ("University of Iowa", True),
    ("Bank of America", True),
    ("First Baptist Church", True),
    ("Charlotte Church", False),
    ("Ben Hall", False),
    ("Jane (Mayo Clinic)", False),
    ("Bob at Mayo Clinic", False),
    ("Professor School", False),
    ("Ana", False),
])  # fmt: skip
def test_a_school_is_nobody(line, is_one):
    assert is_organization(line) == is_one


@pytest.mark.parametrize(("name", "said"), [
    ("Ken Griffey Jr.", "Ken Griffey Jr."),
    ("Dr. Ana Núñez", "Dr. Ana Núñez"),
    ("O’Brien", "O’Brien"),
    ("Mary Jones, M.D.", "Mary Jones, M.D."),
    ("dean@tamarack.example", "dean tamarack example"),
    ("Support: paypal.com", "Support paypal com"),
    ("＠bank", "bank"),
    ('Ana "Nan" <a@b.c>', "Ana Nan a b.c"),
    ("Ana 🌱\u202e\u200b", "Ana"),
])  # fmt: skip
def test_a_name_in_a_header_is_no_address(name, said):
    assert in_header(name) == said


def test_a_long_name_in_a_header_loses_whole_words():
    assert in_header("Ana María de los Ángeles Núñez y Carreño", room=30) == "Ana María de los Ángeles Núñez"
    assert len(in_header("N" * 150)) == 64


@pytest.mark.parametrize(
    ("given", "family", "full"),
    [
        ("Amartya", "Sen", "Amartya Sen"),
        ("Aaron", "Judge", "Aaron Judge"),
        ("Winston", "Lord", "Winston Lord"),
        ("JD", "Vance", "JD Vance"),
        ("J.D.", "Salinger", "J.D. Salinger"),
        ("Md", "Rahman", "Md Rahman"),
        ("Mary Church", "Terrell", "Mary Church Terrell"),
    ],
)
def test_what_stands_in_a_cell_of_its_own_is_not_guessed(given, family, full):
    found = person_name.of_parts(given, family)
    assert (found.full, " ".join(found.given), " ".join(found.family)) == (full, given, family)


@pytest.mark.parametrize(
    ("name", "full", "first"),
    [
        ("Đặng, Thị Mai", "Đặng Thị Mai", "Mai"),
        ("Nguyễn Thị Mai", "Nguyễn Thị Mai", "Mai"),
        ("Lê, Anne", "Anne Lê", "Anne"),
        ("Ph.D. John Smith", "John Smith Ph.D.", "John"),
        ("M.D. Anderson Smith", "M.D. Anderson Smith", "M.D. Anderson Smith"),
    ],
)
def test_a_middle_word_and_a_degree_in_front_are_nobodys_first_name(name, full, first):
    assert (person_name.read(name).full, person_name.read(name).first) == (full, first)
