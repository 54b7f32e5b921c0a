/**
 * What `python -c` runs: pytest with a plugin of ours, or unittest where pytest is not installed, each writing one JSON
 * object a line in the shape of `ReportLine`. Arguments: the report, the file, the titles below it. Python 3.8 and newer.
 */
export const pythonReporter = `
import json, os, sys

report_path, file, titles = sys.argv[1], sys.argv[2], sys.argv[3:]
out = open(report_path, "w", encoding="utf-8")


def line(**value):
    out.write(json.dumps(value) + "\\n")
    out.flush()


def cut(text, length=3000):
    text = str(text)
    return text if len(text) <= length else text[:length] + "…"


def frame(path, number, name):
    place = "%s:%d:1" % (os.path.abspath(str(path)), number)
    return "    at %s (%s)" % (name, place) if name else "    at " + place


class Plugin:
    def __init__(self):
        self.places = {}
        self.done = {}

    def pytest_itemcollected(self, item):
        names = []
        for node in item.listchain():
            if type(node).__name__ not in ("Session", "Dir", "Package", "Module", "Instance"):
                names.append(node.name)
        self.places[item.nodeid] = names

    def path_of(self, report):
        if report.nodeid in self.places:
            return self.places[report.nodeid]
        rest = report.nodeid.partition("::")[2]
        name, bracket, row = rest.partition("[")
        parts = name.split("::")
        return parts[:-1] + [parts[-1] + bracket + row]

    def error(self, report):
        crash = getattr(report.longrepr, "reprcrash", None)
        entries = getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", [])
        places = [getattr(entry, "reprfileloc", None) for entry in entries]
        frames = [frame(place.path, place.lineno, "") for place in reversed(places) if place is not None]
        if crash is None:
            return dict(message=cut(report.longreprtext), stack="")
        return dict(message=cut(crash.message), stack="\\n".join(frames))

    def pytest_collectreport(self, report):
        if report.failed:
            message = "%s could not be loaded." % report.nodeid
            line(kind="file", path=[], file=os.path.abspath(file), status="failed",
                 errors=[dict(message=message, output=cut(report.longreprtext))])

    def pytest_runtest_logreport(self, report):
        if report.outcome == "rerun" or report.when == "setup" and report.passed:
            return
        if report.when == "teardown" and not report.failed:
            return
        expected = hasattr(report, "wasxfail")
        status = "skipped" if report.skipped else "failed" if report.failed else "passed"
        errors = [self.error(report)] if report.failed else []
        if status == "failed" and report.when != "call":
            errors[0]["type"] = report.when
        line(kind="test", path=self.path_of(report), file=os.path.abspath(report.location[0]),
             line=(report.location[1] or 0) + 1, status="todo" if status == "skipped" and expected else status, errors=errors)


def run_pytest(pytest):
    line(kind="start", runner="pytest", version=pytest.__version__)
    target = "::".join([file] + titles)
    return pytest.main(["-p", "no:cacheprovider", "--tb=short", "-q", target], plugins=[Plugin()])


def run_unittest():
    import traceback, unittest

    if len(titles) == 1 and titles[0].startswith("test"):
        print("pytest is not installed for %s, and %s needs it." % (sys.executable, titles[0]), file=sys.stderr)
        return 2
    class Result(unittest.TextTestResult):
        def add(self, test, status, error=None):
            parts = test.id().rsplit(".", 2)
            if error is None:
                errors = []
            else:
                frames = [frame(each.filename, each.lineno, each.name) for each in reversed(traceback.extract_tb(error[2]))]
                errors = [dict(name=error[0].__name__, message=cut(error[1]), stack="\\n".join(frames))]
            broken = type(test).__name__ in ("_FailedTest", "_ErrorHolder")
            line(kind="file" if broken else "test", path=[] if broken else parts[1:], file=os.path.abspath(file), status=status, errors=errors)

        def addSuccess(self, test):
            super().addSuccess(test)
            self.add(test, "passed")

        def addFailure(self, test, error):
            super().addFailure(test, error)
            self.add(test, "failed", error)

        def addError(self, test, error):
            super().addError(test, error)
            self.add(test, "failed", error)

        def addSubTest(self, test, subtest, error):
            super().addSubTest(test, subtest, error)
            if error is not None:
                self.add(test, "failed", error)

        def addSkip(self, test, reason):
            super().addSkip(test, reason)
            self.add(test, "skipped")

        def addExpectedFailure(self, test, error):
            super().addExpectedFailure(test, error)
            self.add(test, "passed")

        def addUnexpectedSuccess(self, test):
            super().addUnexpectedSuccess(test)
            line(kind="test", path=test.id().rsplit(".", 2)[1:], file=os.path.abspath(file), status="failed",
                 errors=[dict(message="It passed, although it is expected to fail.")])

    line(kind="start", runner="unittest", version=sys.version.split()[0])
    module = os.path.splitext(file)[0].replace("\\\\", "/").replace("/", ".")
    suite = unittest.defaultTestLoader.loadTestsFromName(".".join([module] + titles))
    return 0 if unittest.TextTestRunner(resultclass=Result).run(suite).wasSuccessful() else 1


try:
    import pytest
except ImportError:
    pytest = None
code = run_unittest() if pytest is None else run_pytest(pytest)
line(kind="end")
out.close()
sys.exit(code)
`;
