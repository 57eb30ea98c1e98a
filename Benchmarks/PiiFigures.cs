using System.Diagnostics;
using System.Text.Json;
using LlmOps.Evaluation;

namespace LlmOps.Benchmarks;

/// <summary>Precision, recall and F1 of the personal data detector by type, on rows <c>{text, spans[] {start, end, type}}</c>; nothing is learnt from them.</summary>
internal static class PiiFigures
{
    private const string Any = "any type";

    internal static void Print(string file, TextWriter output)
    {
        var rows = File.ReadLines(file).Select(line => JsonElement.Parse(line)).Select(row => (Text: row.GetProperty("text").GetString()!, Spans: Annotated(row))).ToList();
        var watch = Stopwatch.StartNew();
        var found = rows.ConvertAll(row => (row.Spans, Found: PiiDetector.Scan(row.Text).Spans));
        var seconds = watch.Elapsed.TotalSeconds;

        output.WriteLine("| type | annotated | found | overlap P | R | F1 | exact F1 |\n|---|---:|---:|---:|---:|---:|---:|");
        foreach (var type in (string[])[.. rows.SelectMany(row => row.Spans).Select(span => span.Type).Distinct().Order(), "all, typed", Any])
        {
            var overlap = Figures.Of(found, type, exact: false);
            var exact = Figures.Of(found, type, exact: true);
            output.WriteLine($"| {type} | {overlap.Annotated} | {overlap.Found} | {overlap.Precision:0.000} | {overlap.Recall:0.000} | {overlap.F1:0.000} | {exact.F1:0.000} |");
        }
        output.WriteLine($"\n{rows.Count} rows, {rows.Sum(row => row.Text.Length) / seconds / 1e6:0.0} million characters a second, the first ones cold");
    }

    private static List<DetectedSpan> Annotated(JsonElement row) =>
        [.. row.GetProperty("spans").EnumerateArray().Select(span => new DetectedSpan(span.GetProperty("start").GetInt32(), span.GetProperty("end").GetInt32(), span.GetProperty("type").GetString()!))];

    private sealed record Figures(int Annotated, int Found, double Precision, double Recall)
    {
        internal double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

        internal static Figures Of(List<(List<DetectedSpan> Spans, IReadOnlyList<DetectedSpan> Found)> rows, string type, bool exact)
        {
            var (annotated, found, matched, right) = (0, 0, 0, 0);
            foreach (var row in rows)
            {
                var people = row.Spans.FindAll(Counts);
                var machine = row.Found.Where(Counts).ToList();
                (annotated, found) = (annotated + people.Count, found + machine.Count);
                matched += people.Count(span => machine.Exists(other => Meet(span, other)));
                right += machine.Count(span => people.Exists(other => Meet(span, other)));
            }
            return new(annotated, found, found == 0 ? 0 : (double)right / found, annotated == 0 ? 0 : (double)matched / annotated);

            bool Counts(DetectedSpan span) => type is Any or "all, typed" || span.Type == type;
            bool Meet(DetectedSpan a, DetectedSpan b) =>
                (exact ? a.Start == b.Start && a.End == b.End : a.Start < b.End && b.Start < a.End) && (type == Any || a.Type == b.Type);
        }
    }
}
