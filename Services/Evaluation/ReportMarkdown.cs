using System.Globalization;
using System.Text;

namespace LlmOps.Evaluation;

/// <summary>A report as a pull request's comment or a job's summary: the verdict, the next step, a row per gate with accuracy, latency and cost always among them,
/// the monthly cost, and the cases that did not pass. The hidden marker on top lets the next run replace the comment instead of adding one.</summary>
public static class ReportMarkdown
{
    /// <summary>Bytes of UTF-8 that a comment may have.</summary>
    public const int CommentLimit = 64_000;

    /// <summary>Bytes of UTF-8 that a step's summary may have; one more and the service drops all of it.</summary>
    public const int SummaryLimit = 1_000_000;

    /// <summary>Requests a month where the application does not say how many it has.</summary>
    public const long UsualRequests = 100_000;

    private const int ShownInComment = 10;
    private const int ShownInSummary = 500;
    private const int MaxText = 160;

    public static string Marker(EvalReport report) => Marker(report.Dataset.Name);

    /// <param name="baseline">The report it was compared with; without it, what the gates know of it is shown.</param>
    /// <param name="limit">Most bytes of UTF-8.</param>
    /// <param name="monthlyRequests">What the monthly cost is told for.</param>
    public static string Write(EvalReport report, EvalReport? baseline = null, int limit = CommentLimit, long monthlyRequests = UsualRequests)
    {
        var text = new Bounded(limit);
        text.Add($"{Marker(report)}\n## {Headline(report.Verdict)}: {Cell(report.Bundle)}\n");
        text.Add(string.Create(CultureInfo.InvariantCulture, $"\n{report.Cases.Count} cases of {Cell(report.Dataset.Name)} (`{report.Dataset.Sha256[..12]}`), compared with {Cell(report.Baseline?.Bundle ?? "nothing: no version is live")}.\n"));
        foreach (var mark in report.Marks ?? [])
            text.Add($"\n> **{Cell(mark.Code)}**: {Cell(mark.Detail)}\n");
        text.Add($"\n**Cheapest next step:** {Cell(ReportAdvice.Of(report), 600)}\n");

        text.Add("\n| metric | segment | baseline | candidate | delta | interval | verdict |\n| --- | --- | --: | --: | --: | --: | --- |\n");
        text.Add(ReportRows.Of(report, baseline).Select(row =>
            $"| {Cell(row.Metric)} | {Cell(row.Segment)} | {row.Baseline} | {row.Candidate} | {row.Delta} | {row.Interval} | {row.Verdict} |\n").ToList(), "rows");

        text.Add(string.Create(CultureInfo.InvariantCulture, $"\nLatency p50 {Milliseconds(report.Latency.P50Ms)}, p95 {Milliseconds(report.Latency.P95Ms)}, p99 {Milliseconds(report.Latency.P99Ms)}. {Cost(report)}\n"));
        text.Add(Monthly(report, baseline, monthlyRequests) + "\n");

        var open = report.Gates.Where(gate => gate.Verdict != Verdict.Pass).ToList();
        if (open.Count > 0)
        {
            text.Add("\n### Why\n\n");
            text.Add([.. open.Select(gate => $"- {Cell(gate.Segment is null ? gate.Reason : $"{gate.Segment}: {gate.Reason}", 400)}\n")], "reasons");
        }
        var failed = report.Cases.Where(result => !result.Passed).ToList();
        if (failed.Count > 0)
        {
            var shown = failed.Take(limit > CommentLimit ? ShownInSummary : ShownInComment).Select(result => $"- {Cell(result.Id)}: {Cell(result.Error ?? result.Output)}\n").ToList();
            text.Add(string.Create(CultureInfo.InvariantCulture, $"\n### {failed.Count} cases did not pass\n\n"));
            text.Add(shown, "cases");
            if (failed.Count > shown.Count)
                text.Add(string.Create(CultureInfo.InvariantCulture, $"- … and {failed.Count - shown.Count} more in the report\n"));
        }
        return text.ToString();
    }

    /// <summary>The comment of an evaluation that ended before it had a report.</summary>
    public static string Missing(string dataset, Refusal refusal) =>
        $"{Marker(dataset)}\n## No report\n\nThe evaluation could not be done, so nothing is decided and nothing may be merged on it.\n\n> {Cell(refusal.Detail, 2000)} ({Cell(refusal.Code)})\n";

    private static string Marker(string dataset) => $"<!-- gate:{dataset.Replace("--", "-", StringComparison.Ordinal).Replace('>', '-')} -->";

    private static string Headline(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "Passed",
        Verdict.Fail => "Failed",
        Verdict.Inconclusive => "Inconclusive",
    };

    private static string Cost(EvalReport report) => report.Cost.Per1kUsd is { } cost
        ? string.Create(CultureInfo.InvariantCulture, $"Cost {cost:0.0000} USD per 1,000 requests.")
        : string.Create(CultureInfo.InvariantCulture, $"Cost unknown for {report.Cost.Unknown} of {report.Cases.Count} cases.");

    private static string Monthly(EvalReport report, EvalReport? baseline, long requests)
    {
        var month = requests / 1000m;
        var (before, after) = ((baseline?.Cost.Per1kUsd ?? (decimal?)ReportRows.CostGate(report)?.Baseline) * month, report.Cost.Per1kUsd * month);
        return (before, after) switch
        {
            (_, null) => "Monthly cost: unknown, as the price of a case is.",
            (null, { } now) => string.Create(CultureInfo.InvariantCulture, $"Monthly cost at {requests:N0} requests: {now:0.00} USD; the baseline's is unknown."),
            ({ } was, { } now) => string.Create(CultureInfo.InvariantCulture, $"Monthly cost at {requests:N0} requests: {was:0.00} → {now:0.00} USD, {now - was:+0.00;-0.00;0.00} USD."),
        };
    }

    private static string Milliseconds(double? time) => time is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : "unknown";

    /// <summary>A model's words may not become a table, a tag, a link, a mention or an order to a terminal.</summary>
    private static string Cell(string text, int most = MaxText)
    {
        var line = text.ReplaceLineEndings(" ");
        if (line.Length > most)
            line = line[..(char.IsHighSurrogate(line[most - 1]) ? most - 1 : most)] + "…";
        var safe = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            _ = c switch
            {
                '<' => safe.Append("&lt;"),
                '>' => safe.Append("&gt;"),
                '&' => safe.Append("&amp;"),
                '@' or '#' => safe.Append(c).Append("&#8203;"), // a reference is made after entities are read, so the sign stays and is parted from its name
                ':' when i + 1 < line.Length && line[i + 1] == '/' => safe.Append("&#58;"),
                '.' when i >= 3 && line.AsSpan(i - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase) => safe.Append("&#46;"),
                '|' or '[' or ']' or '`' or '*' or '!' or '\\' => safe.Append('\\').Append(c),
                _ when char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format => safe,
                _ => safe.Append(c),
            };
        }
        return safe.ToString();
    }

    /// <summary>Text up to a number of bytes. What does not fit is counted and said, never cut in its middle.</summary>
    private sealed class Bounded(int limit)
    {
        private const int Reserved = 400; // for what is said about the rest

        private readonly StringBuilder text = new();
        private int bytes;

        internal bool Add(string part)
        {
            var more = Encoding.UTF8.GetByteCount(part);
            if (bytes + more > limit - Reserved)
                return false;
            text.Append(part);
            bytes += more;
            return true;
        }

        internal void Add(List<string> parts, string name)
        {
            var fitting = parts.TakeWhile(Add).Count();
            if (fitting < parts.Count)
                text.Append(CultureInfo.InvariantCulture, $"\n… {parts.Count - fitting} more {name} in the report\n");
        }

        public override string ToString() => text.ToString();
    }
}
