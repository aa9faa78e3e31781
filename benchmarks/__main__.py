"""`make bench`: every benchmark, as one Markdown table on the screen."""

from benchmarks import counting, imports, remembering, slider_to_paint, tracing, translating

HEAD = "| what | lab | beside it | ratio |\n|---|---|---|---|"

if __name__ == "__main__":
    print(HEAD)
    parts = (imports, slider_to_paint, tracing, counting, remembering, translating)
    for measure in (part.rows for part in parts):
        for row in measure():
            print(f"| {' | '.join(row)} |", flush=True)
