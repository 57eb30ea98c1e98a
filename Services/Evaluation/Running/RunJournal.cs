using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>What a run has done so far, on disk: one line when a case is asked, one when it has its result. A run that was killed goes on from it.</summary>
public sealed class RunJournal : IDisposable
{
    public const string BusyCode = "run-in-progress";

    private readonly string path;
    private readonly LineLog log;
    private readonly Dictionary<(string Case, int Repeat), CaseResult> finished = [];
    private readonly Dictionary<(string Case, int Repeat), int> begun = [];

    private RunJournal(string path, LineLog log) => (this.path, this.log) = (path, log);

    /// <summary>Cases that have their result from an earlier try.</summary>
    public IReadOnlyDictionary<(string Case, int Repeat), CaseResult> Finished => finished;

    /// <summary>Takes the journal up where an earlier try of the same run left it, or begins a new one.</summary>
    /// <param name="run">The run's key: a journal of another run is never taken up.</param>
    public static Result<RunJournal> Open(string path, string run, bool resume)
    {
        RunJournal? journal = null;
        try
        {
            journal = new RunJournal(path, LineLog.Open(path, resume, out var lines));
            if (lines.Count == 0)
                journal.Write(new Entry(Run: run));
            else if (Json.Read<Entry>(lines[0]).Run is var found && found != run)
                return Other(journal, path, found);
            foreach (var line in lines.Skip(1))
                journal.Take(Json.Read<Entry>(line));
            return journal;
        }
        catch (JsonException broken)
        {
            journal?.Dispose();
            return Refusal.Conflict("journal-broken", $"{path} is no journal of a run ({broken.Message}). Delete it, or leave --resume out to begin again.");
        }
        catch (IOException busy) when (journal is null)
        {
            return Refusal.Conflict(BusyCode, $"{path} cannot be opened ({busy.Message}). Another process may be at the same run: wait for its end.");
        }
    }

    /// <summary>Tries of that case that were begun and never ended: they were paid for.</summary>
    public int Lost(string @case, int repeat) => finished.ContainsKey((@case, repeat)) ? 0 : begun.GetValueOrDefault((@case, repeat));

    public void Begin(string @case, int repeat) => Write(new Entry(Begun: @case, Repeat: repeat));

    public void Finish(int repeat, CaseResult result) => Write(new Entry(Repeat: repeat, Result: result));

    /// <summary>The run has its report; there is nothing left to take up.</summary>
    public void Delete()
    {
        log.Dispose();
        File.Delete(path);
    }

    public void Dispose() => log.Dispose();

    private void Take(Entry entry)
    {
        if (entry.Result is { } result)
            finished.TryAdd((result.Id, entry.Repeat), result); // the first counts: a case never has two results
        else if (entry.Begun is { } @case)
            begun[(@case, entry.Repeat)] = begun.GetValueOrDefault((@case, entry.Repeat)) + 1;
    }

    private void Write(Entry entry) => log.Write(Json.Write(entry));

    private static Refusal Other(RunJournal journal, string path, string? run)
    {
        journal.Dispose();
        return Refusal.Conflict("other-run", $"{path} belongs to the run {run}. Leave --resume out to begin again, or name another file.");
    }

    private sealed record Entry(string? Run = null, string? Begun = null, int Repeat = 0, CaseResult? Result = null);
}
