#!/bin/sh
# The backup of the recipes in docs/inbox.md: does what the test says.
eval "$BACKUP"
