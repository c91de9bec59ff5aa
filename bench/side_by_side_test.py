#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
import sys
import unittest

import side_by_side
from side_by_side import Program, Results, Row, aligned, markdown, notes, parse, replace_section, run_once, table


def prints(text):
    return lambda row: [sys.executable, "-c", f"print('''{text}''')"]


def script(code):
    return lambda row: [sys.executable, "-c", code]


def measured(rows, programs, rounds=1, seconds=60):
    results, said = Results(), []
    results.measure(rows, programs, rounds, seconds, said.append)
    return results, said


class Parse(unittest.TestCase):
    def test_a_line_is_found_by_the_name_of_its_row(self):
        self.assertEqual(parse("other 1\nyield 4.5\n", "yield"), {"ns": 4.5})
        self.assertEqual(parse("yield 4.5 200\n", "yield"), {"ns": 4.5, "bytes": 200})

    def test_a_line_may_name_its_fields(self):
        self.assertEqual(parse("other ns=1\necho ns=4.5 rate=200\n", "echo"), {"ns": 4.5, "rate": 200})

    def test_a_program_without_the_row_has_no_result(self):
        self.assertIsNone(parse("", "yield"))
        self.assertIsNone(parse('{"benchmarks": []}', "yield"))

    def test_of_google_benchmark_the_rate_goes_before_the_time_of_an_iteration(self):
        self.assertEqual(parse('{"benchmarks": [{"cpu_time": 7.5}]}', "x"), {"ns": 7.5})
        batch = '{"benchmarks": [{"cpu_time": 9e3, "items_per_second": 1e8, "bytes": 64}]}'
        self.assertEqual(parse(batch, "x"), {"ns": 10, "bytes": 64})


class Run(unittest.TestCase):
    def test_a_program_that_fails_is_trouble_that_names_its_last_line(self):
        failing = Program("peer", script("import sys; sys.exit('one\\nno memory')"))
        self.assertEqual(run_once(failing, Row("r", "", 1)), "failed: no memory")

    def test_a_program_that_does_not_end_is_ended(self):
        longest, side_by_side.LONGEST_RUN = side_by_side.LONGEST_RUN, 0.1
        self.addCleanup(setattr, side_by_side, "LONGEST_RUN", longest)
        hanging = Program("peer", script("import time; time.sleep(60)"))
        self.assertEqual(run_once(hanging, Row("r", "", 1)), "no result within 0.1 s")


    def test_where_there_is_no_command_there_is_no_result_and_no_trouble(self):
        self.assertIsNone(run_once(Program("peer", lambda row: None), Row("r", "", 1)))


class Measure(unittest.TestCase):
    def test_the_median_of_the_rounds_counts(self):
        row, results = Row("r", "", 1, scale=10), Results()
        for ns in [1, 50, 2]:
            results.add(Program("eddy", None), row, {"ns": ns})
        self.assertEqual(results.median("eddy", row), 20)

    def test_rows_with_one_name_are_run_once_and_show_different_fields(self):
        rows = [Row("r", "", 1), Row("r", "", 1, field="bytes")]
        results, _ = measured(rows, [Program("eddy", prints("r 3 64"))])
        self.assertEqual([results.median("eddy", row) for row in rows], [3, 64])
        self.assertEqual(len(results.samples["eddy", "r"]), 1)

    def test_no_round_begins_that_would_not_fit(self):
        results, said = measured([Row("r", "", 1)], [Program("eddy", prints("r 3"))], 5, 0)
        self.assertEqual(results.rounds, 1)
        self.assertIn("stopped after 1 rounds", said[-1])

    def test_trouble_is_noted_once_and_what_is_missing_is_not_run(self):
        programs = [Program("Go", None, "golang-go is not installed"),
                    Program("Asio", script("raise SystemExit('broken')"))]
        results, _ = measured([Row("r", "", 1)], programs, 2)
        self.assertEqual(list(notes(programs, results)),
                         ["Go: not measured: golang-go is not installed", "Asio: r: failed: broken"])


class Table(unittest.TestCase):
    def lines(self, rows, **printed):
        programs = [Program(name, prints(text)) for name, text in printed.items()]
        return table(rows, programs, measured(rows, programs)[0])

    def test_each_program_stands_beside_the_limit_with_its_ratio(self):
        head, line = self.lines([Row("r", "work", 1.5)], Go="r 1000", eddy="r 15", limit="r 10")
        self.assertEqual(head, ["", "limit", "eddy", "goal", "Go"])
        self.assertEqual(line, ["work", "10.0", "15.0 (1.50×)", "≤ 1.50× met", "1,000 (100×)"])

    def test_a_missed_goal_is_called_missed(self):
        self.assertEqual(self.lines([Row("r", "", 1.5)], eddy="r 16", limit="r 10")[1][3], "≤ 1.50× missed")
        absolute = Row("r", "", 25, limited=False)
        self.assertEqual(self.lines([absolute], eddy="r 26")[1][3], "≤ 25.0 missed")

    def test_a_row_without_a_goal_has_no_verdict(self):
        self.assertEqual(self.lines([Row("r", "")], eddy="r 16", limit="r 10")[1][3], "")

    def test_beside_nothing_there_is_no_ratio(self):
        self.assertEqual(self.lines([Row("r", "")], eddy="r 16", limit="r 0")[1][1:3], ["0", "16.0"])

    def test_what_was_not_measured_is_a_dash_and_gives_no_verdict(self):
        self.assertEqual(self.lines([Row("r", "work", 1.5)], eddy="", limit="r 2")[1],
                         ["work", "2.00", "–", "≤ 1.50×"])

    def test_both_forms_keep_every_cell(self):
        lines = [["", "limit"], ["work", "1.00"]]
        self.assertEqual(list(aligned(lines)), ["      limit", "work   1.00"])
        self.assertEqual(list(markdown(lines)), ["|  | limit |", "| --- | --: |", "| work | 1.00 |"])


class Sections(unittest.TestCase):
    TEXT = "a\n<!-- measured: core -->\nold\n<!-- end measured -->\nb\n"

    def test_only_what_is_between_the_markers_is_replaced(self):
        once = replace_section(self.TEXT, "core", "new")
        self.assertEqual(once, self.TEXT.replace("old", "new"))
        self.assertEqual(replace_section(once, "core", "new"), once)

    def test_a_page_without_the_markers_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "measured: echo"):
            replace_section(self.TEXT, "echo", "new")


if __name__ == "__main__":
    unittest.main()
