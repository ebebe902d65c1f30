"""A student’s own words for people, how well they know them, and where they stand, as the student chose it.

With `network_folded`, by which a search compares: compatible forms taken apart, marks off, in lower case. The letters that
Unicode does not take apart are those of apps/wording/text.py.
"""

import apps.network.folding
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FOLDED = r"""
CREATE FUNCTION network_folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN octet_length($1) = char_length($1) THEN lower($1)  -- plain ASCII, as most are, and quickly told
ELSE lower(regexp_replace(
    normalize(
        replace(replace(replace(replace(
            translate(lower($1), 'øłđðı’‘ʼ', 'olddi'''''''), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        NFKD
    ),
    '[\u0300-\u036F\u0591-\u05C7\u064B-\u065F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF]', '', 'g'
)) END;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('alumni', '0013_clean_pending_lists'),  # the extension pg_trgm
        ('network', '0007_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(FOLDED, 'DROP FUNCTION network_folded(text)'),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('key', models.CharField(editable=False, max_length=80)),
            ],
        ),
        migrations.AddField(
            model_name='contact',
            name='closeness',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'Close'), (3, 'Know well'), (2, 'Know a little'), (1, 'Haven’t met')], null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='phase',
            field=models.CharField(blank=True, choices=[('known', 'Not asked yet'), ('new', 'Suggested'), ('asked', 'Asked'), ('booked', 'Scheduled'), ('talked', 'In touch'), ('cold', 'It’s been a while'), ('not_now', 'Not now')], default='', max_length=7),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(apps.network.folding.Folded('note'), name='gin_trgm_ops'), name='touches_by_word'),
        ),
        migrations.AddField(
            model_name='tag',
            name='student',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='contact',
            name='tags',
            field=models.ManyToManyField(blank=True, related_name='contacts', to='network.tag'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(models.F('student'), models.OrderBy(models.F('last_touch_at'), nulls_last=True), models.F('sort_key'), models.F('id'), condition=models.Q(('archived_at', None)), name='contacts_by_silence'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('student', 'key'), name='tag_once_per_student'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='tag_says_something'),
        ),
    ]
