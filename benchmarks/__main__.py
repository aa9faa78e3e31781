"""`make bench`: every benchmark, as one Markdown table on the screen."""

from benchmarks import counting, imports, slider_to_paint, tracing

HEAD = "| what | lab | beside it | ratio |\n|---|---|---|---|"

if __name__ == "__main__":
    print(HEAD)
    for measure in (imports.rows, slider_to_paint.rows, tracing.rows, counting.rows):
        for row in measure():
            print(f"| {' | '.join(row)} |", flush=True)
