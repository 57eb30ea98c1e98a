using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>A file of another set, a prompt or examples as the pieces of text that a row could have been taken from: rows' fields, or lines, sentences and
/// up to three of them in a row.</summary>
internal static partial class TextPieces
{
    private const int MostSentences = 3; // of one piece
    private const int LeastCharacters = 8;

    internal static IReadOnlyList<string> Of(DataSource source)
    {
        var pieces = new HashSet<string>(StringComparer.Ordinal);
        if (Path.GetExtension(source.Name).ToUpperInvariant() is ".JSONL" or ".NDJSON" or ".CSV")
            OfRows(source, pieces);
        else
            OfText(source, pieces);
        return [.. pieces];
    }

    private static void OfRows(DataSource source, HashSet<string> pieces)
    {
        using var stream = source.Open();
        new Rows(stream, source.Name, _ => { }).Each((_, row) => Add(row));

        void Add(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String when element.GetString() is { Length: >= LeastCharacters } text:
                    pieces.Add(text);
                    break;
                case JsonValueKind.Object:
                    foreach (var property in element.EnumerateObject())
                        Add(property.Value);
                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                        Add(item);
                    break;
            }
        }
    }

    private static void OfText(DataSource source, HashSet<string> pieces)
    {
        using var reader = new StreamReader(source.Open(), Encoding.UTF8);
        var last = new Queue<string>();
        while (reader.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                last.Clear();
            foreach (var sentence in Sentence().Split(Mark().Replace(line, "")))
            {
                var text = sentence.Trim(' ', '\t', '"', '\'', '`', '*', '|');
                if (text.Length == 0)
                    continue;
                last.Enqueue(text);
                if (last.Count > MostSentences)
                    last.Dequeue();
                for (var from = 0; from < last.Count; from++)
                {
                    if (string.Join(' ', last.Skip(from)) is { Length: >= LeastCharacters } piece)
                        pieces.Add(piece);
                }
            }
        }
    }

    /// <summary>What stands before an example in a list: a bullet, a number, a key, who speaks.</summary>
    [GeneratedRegex(@"^\s*([-*+>#|]+\s*|\d+[.)]\s*)*([A-Za-z_ ]{1,20}\d*:\s+)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Mark();

    [GeneratedRegex(@"(?<=[.!?])\s+")]
    private static partial Regex Sentence();
}
