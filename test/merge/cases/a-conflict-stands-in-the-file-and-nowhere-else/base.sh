#!/bin/sh
set -e
run one
