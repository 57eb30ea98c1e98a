using System.Text.Json;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Detectors;

/// <summary>How much of the annotated personal data is found, on public sentences.</summary>
public sealed class PiiDataTests(ITestOutputHelper output)
{
    private static readonly string Data = Path.GetFullPath(Path.Combine(Checkout.Root, "..", "shared", "data", "pii", "presidio_synth_v2", "data.jsonl"));
    private static readonly string[] Fixed = ["EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS", "DOMAIN_NAME"];

    /// <summary>F1 by overlap; floors stand below what is reached, so that a change which loses much is seen.</summary>
    [Theory]
    [InlineData("fixed formats", 0.98)]
    [InlineData("DATE_TIME", 0.88)]
    [InlineData("AGE", 0.95)]
    [InlineData("PHONE_NUMBER", 0.95)]
    [InlineData("STREET_ADDRESS", 0.9)]
    [InlineData("PERSON", 0.9)]
    [InlineData("any", 0.93)]
    public void Annotated_sentences_are_read_as_people_read_them(string kind, double least)
    {
        if (!File.Exists(Data))
            Assert.Skip($"The shared sentences are not beside the checkout: {Data} is missing.");
        var (annotated, missed, found, wrong) = (0, 0, 0, 0);
        foreach (var line in File.ReadLines(Data))
        {
            var row = JsonElement.Parse(line);
            var people = row.GetProperty("spans").EnumerateArray()
                .Select(span => new DetectedSpan(span.GetProperty("start").GetInt32(), span.GetProperty("end").GetInt32(), span.GetProperty("type").GetString()!)).Where(Counts).ToList();
            var machine = PiiDetector.Scan(row.GetProperty("text").GetString()!).Spans.Where(Counts).ToList();
            (annotated, found) = (annotated + people.Count, found + machine.Count);
            missed += people.Count(span => !machine.Exists(other => Meet(span, other)));
            wrong += machine.Count(span => !people.Exists(other => Meet(span, other)));
        }

        var (precision, recall) = (1 - ((double)wrong / found), 1 - ((double)missed / annotated));
        var f1 = 2 * precision * recall / (precision + recall);

        output.WriteLine($"{kind}: precision {precision:0.000}, recall {recall:0.000}, F1 {f1:0.000}");
        Assert.InRange(f1, least, 1);

        bool Counts(DetectedSpan span) => kind switch { "any" => true, "fixed formats" => Fixed.Contains(span.Type), _ => span.Type == kind };
        bool Meet(DetectedSpan a, DetectedSpan b) => a.Start < b.End && b.Start < a.End && (kind == "any" || a.Type == b.Type);
    }
}
