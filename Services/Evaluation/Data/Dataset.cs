using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>The cases of one evaluation, named by the hash of the file's bytes.</summary>
/// <param name="Name">The file's name without folder and ending.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record Dataset(string Name, string Sha256, IReadOnlyList<EvalCase> Cases)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Result<Dataset> Parse(string jsonl, string file)
    {
        try
        {
            return Parse(Strict.GetBytes(jsonl), file);
        }
        catch (EncoderFallbackException broken)
        {
            return Refusal.Invalid("lone-surrogate", $"{file}:{jsonl.AsSpan(0, broken.Index).Count('\n') + 1}: half of a surrogate pair stands alone at character {broken.Index + 1} of the file, which is no character. Remove it.");
        }
    }

    /// <summary>One JSON object per line. The refusal lists every broken row with its line; its code is the first problem's rule.</summary>
    public static Result<Dataset> Parse(ReadOnlySpan<byte> jsonl, string file)
    {
        var problems = new List<Finding>();
        var cases = Read(jsonl, file, problems);
        return !problems.Exists(problem => problem.Level == FindingLevel.Error)
            ? new Dataset(Path.GetFileNameWithoutExtension(file), ContentHash.OfBytes(jsonl), cases)
            : YamlRefusal.Of([.. problems.Where(problem => problem.Level == FindingLevel.Error)]);
    }

    /// <summary>What <see cref="Parse(ReadOnlySpan{byte}, string)"/> would refuse, one finding per problem; and warnings, such as of rows that ask the same.</summary>
    public static IReadOnlyList<Finding> Problems(ReadOnlySpan<byte> jsonl, string file)
    {
        var problems = new List<Finding>();
        Read(jsonl, file, problems);
        return problems;
    }

    private static List<EvalCase> Read(ReadOnlySpan<byte> jsonl, string file, List<Finding> problems)
    {
        var cases = new List<EvalCase>();
        var (seen, asked) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        var number = 0;
        foreach (var range in jsonl.Split((byte)'\n'))
        {
            number++;
            var bytes = JsonRow.WithoutMark(jsonl[range], number);
            if (bytes.IsEmpty)
                continue;
            var row = Row(bytes);
            if (row is null || CaseOf(row) is not { } @case)
                continue;
            if (seen.TryAdd(@case.Id, number))
            {
                cases.Add(@case);
                if (!asked.TryAdd(Question(@case), number))
                    problems.Add(new Finding(file, number, "duplicate-row", FindingLevel.Warning, $"The row asks the same as line {asked[Question(@case)]}, so one answer counts twice. Remove one, or change it."));
            }
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

        JsonObject? Row(ReadOnlySpan<byte> bytes) => JsonRow.Read(bytes, out var fault) is { } document
            ? JsonObject.Create(document.RootElement)
            : Problem<JsonObject>(fault!.Rule, fault.Message);

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

    /// <summary>What the model would see and the answer is held against, whatever the order of the variables.</summary>
    private static string Question(EvalCase @case) => ContentHash.OfBytes(JsonSerializer.SerializeToUtf8Bytes(
        new { Vars = @case.Vars.OrderBy(pair => pair.Key, StringComparer.Ordinal), @case.Context, @case.Expected }, Json.Options));
}
