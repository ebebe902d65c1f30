import pytest

from apps.wording.studies import in_a_sentence


@pytest.mark.parametrize(
    ("study", "said"),
    [
        ("Public Health", "public health"),
        ("English", "English"),
        ("African American Studies", "African American studies"),
        ("MIS", "MIS"),
        ("East-Asian Languages", "East-Asian languages"),
    ],
)
def test_a_field_of_study_within_a_sentence(study, said):
    assert in_a_sentence(study) == said
