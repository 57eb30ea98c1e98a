using System.Globalization;
using System.Text;

namespace LlmOps.Benchmarks;

/// <summary>Made-up rows of about 200 bytes with id, text, label, source, timestamp and two numbers; the same for the same seed.</summary>
public static class DataRows
{
    private static readonly string[] Openings = ["Could you tell me", "I would like to know", "Please let us know", "We were wondering", "Hello, my question is", "Can somebody say"];
    private static readonly string[] Labels = ["booking", "cancellation", "facility", "complaint", "billing", "transfer", "breakfast", "parking"];
    private static readonly string[] Sources = ["mail", "chat", "phone", "desk"];

    public static void Write(Stream stream, int rows, int seed)
    {
        var random = new Random(seed);
        var vocabulary = new Random(1);
        var words = Enumerable.Range(0, 8000).Select(_ => Word(vocabulary)).ToArray();
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        for (var i = 0; i < rows; i++)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $$"""{"id": "row-{{i:D7}}", "text": "{{Openings[random.Next(Openings.Length)]}}"""));
            for (var word = random.Next(4, 10); word > 0; word--)
            {
                writer.Write(' ');
                writer.Write(words[(int)(words.Length * Math.Pow(random.NextDouble(), 3))]); // a few words are frequent, most are rare
            }
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $$"""
                ", "label": "{{Labels[random.Next(Labels.Length)]}}", "source": "{{Sources[random.Next(Sources.Length)]}}", "timestamp": "{{start.AddSeconds(i):yyyy-MM-ddTHH:mm:ssZ}}", "nights": {{random.Next(1, 15)}}, "price": {{random.NextDouble() * 400:0.00}}}
                """));
        }
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => $"{"bcdfghklmnprstvw"[random.Next(16)]}{"aeiou"[random.Next(5)]}"));
}
