"""Support for the tests: private servers, terminals and a TAP producer. Standard library only."""
