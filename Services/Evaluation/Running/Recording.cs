using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>Answers of models kept in a file, so that a suite can be run again without them: which request (by its hash), what came back, how long it took.
/// Neither keys nor headers are in it. Sorted, so that two recordings can be compared line by line.</summary>
public sealed class Recording : IDisposable
{
    public const string MissingCode = "not-recorded";

    private readonly string path;
    private readonly LineLog? log;
    private readonly SortedDictionary<string, Line> lines = new(StringComparer.Ordinal);

    private Recording(string path, LineLog? log) => (this.path, this.log) = (path, log);

    /// <summary>It answers instead of the models, which are not asked.</summary>
    public bool Replays => log is null;

    /// <summary>For writing.</summary>
    /// <param name="keep">Goes on with what a killed run recorded.</param>
    public static Result<Recording> Write(string path, bool keep)
    {
        var recording = new Recording(path, LineLog.Open(path, keep, out var lines));
        return recording.Take(lines) is { } broken ? broken : recording;
    }

    public static Result<Recording> Read(string path)
    {
        if (!File.Exists(path))
            return Refusal.Invalid("no-recording", $"There is no recording {path}. Make one with --record {path} where the models can be reached.");
        var recording = new Recording(path, null);
        return recording.Take(File.ReadAllLines(path)) is { } broken ? broken : recording;
    }

    public bool Has(string @case, int repeat, JsonObject request)
    {
        lock (lines)
            return lines.ContainsKey(Key(@case, repeat, Hash(request)));
    }

    /// <summary>The recorded answer, with the times that were measured then.</summary>
    public Asked Answer(string @case, int repeat, JsonObject request)
    {
        lock (lines)
        {
            return lines.TryGetValue(Key(@case, repeat, Hash(request)), out var line)
                ? new Asked((JsonObject)line.Response.DeepClone(), line.Attempts, line.LatencyMs, line.TtftMs, line.Lost ?? TokenUsage.Of(0, 0), Recorded: true)
                : Asked.Never(Refusal.NotFound(MissingCode, $"{path} has no answer to this case's request: the prompt, the model or the case has changed since. Record again with --record."));
        }
    }

    /// <summary>Keeps an answer; one that is there already gives way. A refusal is not kept.</summary>
    public void Keep(string @case, int repeat, JsonObject request, Asked asked)
    {
        if (asked.Completion.Refused)
            return;
        var line = new Line(@case, repeat, Hash(request), asked.Attempts, asked.LatencyMs, asked.TtftMs, asked.Lost is { Input: 0, Output: 0 } ? null : asked.Lost, asked.Completion.Value);
        lock (lines)
            lines[Key(@case, repeat, line.Request)] = line;
        log?.Write(Json.Write(line));
    }

    /// <summary>Puts the file in order once all is in.</summary>
    public void Save()
    {
        log?.Dispose();
        var fresh = $"{path}.new";
        File.WriteAllLines(fresh, lines.Values.Select(Json.Write));
        File.Move(fresh, path, overwrite: true);
    }

    public void Dispose() => log?.Dispose();

    private Refusal? Take(IReadOnlyList<string> texts)
    {
        foreach (var (i, text) in texts.Index())
        {
            try
            {
                var line = Json.Read<Line>(text);
                if (line is not { Case: not null, Request: not null, Response: not null, Attempts: > 0, LatencyMs: >= 0 })
                    throw new JsonException("a field is missing or out of range");
                lines[Key(line.Case, line.Repeat, line.Request)] = line;
            }
            catch (JsonException broken)
            {
                log?.Dispose();
                return Refusal.Invalid("recording-broken", $"{path}:{i + 1}: this is no recorded answer ({broken.Message}). Record again with --record {path}.");
            }
        }
        return null;
    }

    private static string Key(string @case, int repeat, string request) => $"{@case}\0{repeat:00000}\0{request}";

    private static string Hash(JsonObject request) => ContentHash.Of(request);

    private sealed record Line(string Case, int Repeat, string Request, int Attempts, double LatencyMs, double? TtftMs, TokenUsage? Lost, JsonObject Response);
}
