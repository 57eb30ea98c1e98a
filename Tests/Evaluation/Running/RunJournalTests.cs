using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Running;

public sealed class RunJournalTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("llmops-run-").FullName, "run.jsonl");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    // F59: a runner that is killed half-way.
    [Fact]
    public async Task A_killed_run_goes_on_without_a_case_twice_and_both_tries_are_paid_for()
    {
        var dataset = Runs.Cases(40);
        using (var killed = CancellationTokenSource.CreateLinkedTokenSource(Ct))
        using (var journal = Open(resume: false))
        {
            var first = new ScriptedModel((call, _) =>
            {
                if (call > 20)
                    killed.Cancel();
                killed.Token.ThrowIfCancellationRequested();
                return "yes";
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runs.Run(Runs.Of(dataset), first, Runs.Limits(2), journal, ct: killed.Token));
        }
        using var again = Open(resume: true);
        var second = new ScriptedModel((_, _) => "yes");

        var results = await Runs.Run(Runs.Of(dataset), second, journal: again);

        Assert.InRange(again.Finished.Count, 19, 20); // an answer that came while the process died may be lost with it
        Assert.Equal(40 - again.Finished.Count, second.Calls);
        Assert.Equal(dataset.Cases.Select(@case => @case.Id), results.Select(result => result.Id));
        var lost = results.Where(result => result.Attempts == 2).ToList();
        Assert.InRange(lost.Count, 1, 2); // what was on its way when the process died
        Assert.All(lost, result => Assert.Equal(0.002m, result.RetriesUsd));
        Assert.Equal(0.08m + lost.Count * 0.002m, Runs.Report(dataset, results).Cost.TotalUsd);
    }

    [Fact]
    public async Task A_torn_last_line_is_a_case_that_was_not_finished()
    {
        var dataset = Runs.Cases(3);
        using (var journal = Open(resume: false))
            await Runs.Run(Runs.Of(dataset), new ScriptedModel((_, _) => "yes"), Runs.Limits(1), journal);
        var bytes = await File.ReadAllBytesAsync(path, Ct);
        await File.WriteAllBytesAsync(path, bytes[..^9], Ct);
        using var torn = Open(resume: true);
        var model = new ScriptedModel((_, _) => "yes");

        var results = await Runs.Run(Runs.Of(dataset), model, Runs.Limits(1), torn);

        Assert.Equal((1, 3), (model.Calls, results.Count));
        torn.Dispose();
        using var whole = Open(resume: true);
        Assert.Equal(3, whole.Finished.Count);
    }

    [Fact]
    public void The_first_result_of_a_case_counts()
    {
        using (var journal = Open(resume: false))
        {
            journal.Finish(1, Scoring.Errored(Runs.Cases(1).Cases[0], Refusal.Invalid("first", "")));
            journal.Finish(1, Scoring.Errored(Runs.Cases(1).Cases[0], Refusal.Invalid("second", "")));
        }

        using var read = Open(resume: true);

        Assert.Equal("first: ", read.Finished[("c001", 1)].Error);
    }

    [Fact]
    public void A_journal_of_another_run_is_not_taken_up()
    {
        Open(resume: false).Dispose();

        var other = RunJournal.Open(path, "another", resume: true);

        Assert.Equal("other-run", other.Refusal?.Code);
    }

    [Fact]
    public void What_is_no_journal_is_refused_by_its_path()
    {
        File.WriteAllText(path, "not json\n");

        var broken = RunJournal.Open(path, "key", resume: true);

        Assert.Equal("journal-broken", broken.Refusal?.Code);
        Assert.Contains(path, broken.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_do_not_write_one_journal()
    {
        using var first = Open(resume: false);

        var second = RunJournal.Open(path, "key", resume: false);

        Assert.Equal(RunJournal.BusyCode, second.Refusal?.Code);
    }

    private RunJournal Open(bool resume) => RunJournal.Open(path, "key", resume).Value!;
}
