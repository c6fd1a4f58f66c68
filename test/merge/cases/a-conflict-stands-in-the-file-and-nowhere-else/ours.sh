#!/bin/sh
set -e
run mine
