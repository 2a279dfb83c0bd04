#!/usr/bin/python3
"""The checks of make lint find what they are for."""

import os
import runpy
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
runpy.run_module("support.checks", run_name="__main__")
