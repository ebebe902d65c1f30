"""The settings of every test: the product's own, on servers that run for the test session only."""

import os

from tests import services

services.ensure(os.environ)

from config.settings import *  # noqa: E402, F403 - the servers must have names first
