"""Named checks, one line each, and the count at the end."""
import time, traceback


class Failed(Exception):
    """What was expected and what was found instead."""


class Skipped(Exception):
    """Why this cannot be shown here."""


def need(condition, why):
    if not condition:
        raise Failed(why)


def wait_for(what, seconds, probe, every=0.5):
    """Asks `probe` until it answers something true. An error counts as "not yet"; the last one is told when time is up."""
    end, last = time.monotonic() + seconds, None
    while True:
        try:
            answer = probe()
            if answer:
                return answer
        except Exception as error:  # the world may be in pieces at this moment: that is what is waited for to end
            last = error
        if time.monotonic() > end:
            raise Failed(f"not within {seconds} s: {what}" + (f" (last: {type(last).__name__}: {last})" if last else ""))
        time.sleep(every)


class Report:
    def __init__(self):
        self.passed, self.failed, self.skipped, self.begun = 0, 0, 0, time.monotonic()

    def check(self, name, body):
        """Runs one check. `body` answers the numbers to print. Answers whether it passed."""
        begun = time.monotonic()
        try:
            numbers = body() or ""
        except Skipped as why:
            self.skipped += 1
            print(f"skipped {name}: {why}", flush=True)
            return False
        except Failed as why:
            self.failed += 1
            print(f"FAILED  {name}: {why}", flush=True)
            return False
        except Exception as error:
            self.failed += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            print(f"FAILED  {name}: {type(error).__name__}: {error} ({where.name}, line {where.lineno})", flush=True)
            return False
        self.passed += 1
        print(f"ok      {name} ({numbers}{'; ' if numbers else ''}{time.monotonic() - begun:.1f} s)", flush=True)
        return True

    def note(self, text):
        print(f"        {text}", flush=True)

    def close(self):
        print(f"{time.monotonic() - self.begun:.0f} s in all", flush=True)
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0


def percentile(values, share):
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))] if ordered else float("nan")
