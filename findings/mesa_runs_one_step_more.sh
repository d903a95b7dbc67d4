#!/usr/bin/env bash
# mesa 3.3.1 (run on CPython 3.11).
#
# Seen: batch_run with max_steps=10 runs a model for eleven steps, with max_steps=0 for one; and its column Step, which starts
# at 0, is one below the model's own count at the time of collection, so that the last row says Step 10 and steps 11.
# One would have guessed: ten steps and, as the first row is collected after the first step, the two numbers alike.
# Why it matters here: a step is a year or a month in simulated worlds of states. Results "after ten years" are after eleven,
# and compared with a world that was stepped ten times by a loop of one's own they differ by a year of war. Futures in foedus
# name the calendar year of every row, so that a row cannot be off by one without saying so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mesa==3.3.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import mesa


class World(mesa.Model):
    def __init__(self, seed=None):
        super().__init__(seed=seed)
        self.datacollector = mesa.DataCollector({"steps": "steps"})

    def step(self):
        self.datacollector.collect(self)


seen = {}
for most in (0, 1, 10):
    rows = mesa.batch_run(World, {}, max_steps=most, data_collection_period=1, display_progress=False)
    seen[most] = (len(rows), rows[-1]["Step"], rows[-1]["steps"])
    print(f"max_steps={most}: rows {seen[most][0]}, last Step {seen[most][1]}, the model's steps {seen[most][2]}")
assert seen == {0: (1, 0, 1), 1: (2, 1, 2), 10: (11, 10, 11)}, "the behaviour has changed"
PYTHON
