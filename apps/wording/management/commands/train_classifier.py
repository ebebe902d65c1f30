"""Learn the weights of words anew from the labelled sentences, after some were added."""

import csv

from django.core.management.base import BaseCommand

from apps.wording import classifier


class Command(BaseCommand):
    help = "Write data/weights.csv from data/job_sentences.tsv and the texts that ship."
    requires_system_checks = ()  # it asks no database

    def handle(self, **options: object) -> None:
        known = classifier.learned(classifier.training_rows())
        with (classifier.DATA / "weights.csv").open("w", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["mark", "weight"])
            rows.writerows(known.items())
        self.stdout.write(f"{len(known)} words and pairs of words have a weight.")
