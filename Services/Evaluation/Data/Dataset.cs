using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>The cases of one evaluation, named by the hash of the file's bytes.</summary>
/// <param name="Name">The file's name without folder and ending.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record Dataset(string Name, string Sha256, IReadOnlyList<EvalCase> Cases)
{
    private const int MaxLine = 1024 * 1024;

    public static Result<Dataset> Parse(string jsonl, string file) => Parse(Encoding.UTF8.GetBytes(jsonl), file);

    /// <summary>One JSON object per line. The refusal lists every broken row with its line; its code is the first problem's rule.</summary>
    public static Result<Dataset> Parse(ReadOnlySpan<byte> jsonl, string file)
    {
        var problems = new List<Finding>();
        var cases = Read(jsonl, file, problems);
        return problems.Count == 0
            ? new Dataset(Path.GetFileNameWithoutExtension(file), ContentHash.OfBytes(jsonl), cases)
            : YamlRefusal.Of(problems);
    }

    /// <summary>What <see cref="Parse(ReadOnlySpan{byte}, string)"/> would refuse, one finding per problem.</summary>
    public static IReadOnlyList<Finding> Problems(ReadOnlySpan<byte> jsonl, string file)
    {
        var problems = new List<Finding>();
        Read(jsonl, file, problems);
        return problems;
    }

    private static List<EvalCase> Read(ReadOnlySpan<byte> jsonl, string file, List<Finding> problems)
    {
        var cases = new List<EvalCase>();
        var seen = new Dictionary<string, int>();
        var number = 0;
        foreach (var range in jsonl.Split((byte)'\n'))
        {
            number++;
            var bytes = jsonl[range];
            if (bytes.Trim(" \t\r"u8).IsEmpty || (number == 1 && bytes.SequenceEqual(Encoding.UTF8.Preamble)))
                continue;
            if (number == 1 && bytes.StartsWith(Encoding.UTF8.Preamble))
                bytes = bytes[Encoding.UTF8.Preamble.Length..];
            var row = bytes.Length > MaxLine ? Problem<JsonObject>("too-large", $"The row has {bytes.Length:N0} bytes, the limit is {MaxLine:N0}. Shorten it.") : Row(bytes);
            if (row is null || CaseOf(row) is not { } @case)
                continue;
            if (seen.TryAdd(@case.Id, number))
                cases.Add(@case);
            else
                Problem<EvalCase>("duplicate-id", $"The id \"{@case.Id}\" stands already on line {seen[@case.Id]}. Give each case its own.");
        }
        if (cases.Count == 0 && problems.Count == 0)
            problems.Add(new Finding(file, null, "empty-dataset", FindingLevel.Error, "The dataset has no cases, so nothing can be decided on it. Add rows, one JSON object per line."));
        return cases;

        T? Problem<T>(string rule, string message) where T : class
        {
            problems.Add(new Finding(file, number, rule, FindingLevel.Error, message));
            return null;
        }

        JsonObject? Row(ReadOnlySpan<byte> bytes)
        {
            try
            {
                return JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                    ?? Problem<JsonObject>("bad-row", "The row is no JSON object. Write one object per line, starting with { and ending with }.");
            }
            catch (JsonException broken)
            {
                return Problem<JsonObject>("bad-json", $"The row is no JSON: {broken.Message.Split(" LineNumber")[0]} Write one object on one line.");
            }
        }

        EvalCase? CaseOf(JsonObject row)
        {
            var faults = new List<string>();
            EvalCase? @case = null;
            try
            {
                @case = EvalCase.Read(row, number, faults);
            }
            catch (InvalidOperationException)
            {
                faults.Add("The row holds half a surrogate pair (as \\ud83d alone), which is no text. Cut the text between characters, or replace it by \\ufffd.");
            }
            foreach (var fault in faults)
                Problem<EvalCase>("bad-row", fault);
            return faults.Count == 0 ? @case : null;
        }
    }
}
