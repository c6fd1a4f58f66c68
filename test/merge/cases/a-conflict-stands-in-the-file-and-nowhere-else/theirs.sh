#!/bin/sh
set -e
run two
