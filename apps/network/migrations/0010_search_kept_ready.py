"""What a search of one's people looks in, kept ready by the database; and the search itself as one question.

`search_card`, `search_words` and `search_note` are written by the database with each row and read by nothing but the
search, so no model knows them. `network_saying` answers with the student's own people alone: every place it looks in
is asked for this student's rows.
"""

from django.db import migrations

READY = r"""
ALTER TABLE network_contact
    ADD COLUMN search_card text GENERATED ALWAYS AS (network_folded(
        name || ' ' || title || ' ' || source || ' ' || city || ' ' || email || ' ' || phone || ' ' || notes
    )) STORED,
    ADD COLUMN search_words text[] GENERATED ALWAYS AS (
        regexp_split_to_array(network_folded(name || ' ' || title), '[^[:alnum:]]+')
    ) STORED;
ALTER TABLE network_touch ADD COLUMN search_note text GENERATED ALWAYS AS (network_folded(note)) STORED;
"""

LATE = r"""
ALTER TABLE network_contact DROP COLUMN search_card, DROP COLUMN search_words;
ALTER TABLE network_touch DROP COLUMN search_note;
"""

SAYING = r"""
CREATE FUNCTION network_saying(student bigint, patterns text[]) RETURNS SETOF bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    WITH wanted AS MATERIALIZED (  -- folded once, not for each row
        SELECT network_folded(one) AS pattern FROM unnest(patterns) AS one
    )
    SELECT found.person
    FROM wanted, LATERAL (
        SELECT id FROM network_contact WHERE student_id = student AND search_card LIKE pattern
        UNION SELECT contact.id
            FROM network_organization place JOIN network_contact contact ON contact.organization_id = place.id
            WHERE place.student_id = student AND network_folded(place.name) LIKE pattern
        UNION SELECT contact_id FROM network_touch WHERE student_id = student AND search_note LIKE pattern
        UNION SELECT contact_id FROM network_actionstep
            WHERE student_id = student AND contact_id IS NOT NULL AND network_folded(text) LIKE pattern
        UNION SELECT contact_id FROM network_outcome
            WHERE student_id = student AND note > '' AND network_folded(note) LIKE pattern
        UNION SELECT contact_id FROM network_referral
            WHERE student_id = student AND note > '' AND network_folded(note) LIKE pattern
        UNION SELECT tagged.contact_id
            FROM network_tag tag JOIN network_contact_tags tagged ON tagged.tag_id = tag.id
            WHERE tag.student_id = student AND network_folded(tag.name) LIKE pattern
        UNION SELECT talk.contact_id
            FROM interviews_interview talk JOIN interviews_debrief debrief ON debrief.interview_id = talk.id
            WHERE talk.student_id = student AND network_folded(
                concat_ws(' ', debrief.learned, debrief.surprised, debrief.agreed, debrief.quote, debrief.summary)
            ) LIKE pattern
        UNION SELECT talk.contact_id
            FROM interviews_interview talk JOIN interviews_livenote note ON note.interview_id = talk.id
            WHERE talk.student_id = student AND network_folded(note.text) LIKE pattern
    ) AS found(person)
    GROUP BY found.person HAVING count(*) = cardinality(patterns);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0009_contact_for_years"), ("interviews", "0016_reflection")]

    operations = [
        migrations.RunSQL(READY, LATE),
        migrations.RunSQL(SAYING, "DROP FUNCTION network_saying(bigint, text[])"),
    ]
