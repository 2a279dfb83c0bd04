#!/bin/sh
# Makes configure from configure.ac; needed once in a clone.
set -e
cd "$(dirname "$0")"
exec autoreconf -fi
