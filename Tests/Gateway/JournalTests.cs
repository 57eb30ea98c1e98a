using LlmOps.Gateway;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Gateway;

public sealed class JournalTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("llmops-journal-").FullName;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_written_is_read_back_in_order()
    {
        using var journal = await Start();

        Assert.Null(await journal.Open(Record("req_1")));
        journal.Settle(Record("req_1") with { Outcome = Outcome.Ok });
        await journal.StopAsync(Ct);

        var entries = journal.Folder.After(0, journal.Written, 100).Entries;
        Assert.Equal([1L, 2L], entries.Select(entry => entry.Seq));
        Assert.Equal((Outcome.Open, Outcome.Ok), (entries[0].Open!.Outcome, entries[1].Settled!.Outcome));
    }

    [Fact]
    public async Task A_call_left_open_by_a_killed_process_is_settled_as_estimated() // F02
    {
        using (var killed = await Start())
        {
            await killed.Open(Record("req_lost") with { Tokens = TokenUsage.Of(42, 0) });
            await killed.Open(Record("req_done"));
            killed.Settle(Record("req_done") with { Outcome = Outcome.Ok });
            await killed.StopAsync(Ct);
        }

        using var journal = await Start();
        await journal.StopAsync(Ct);

        var settled = journal.Folder.After(0, journal.Written, 100).Entries.Select(entry => entry.Settled).OfType<InferenceRecord>().ToList();
        var lost = Assert.Single(settled, record => record.RequestId == "req_lost");
        Assert.Equal((Outcome.Error, "gateway-died", true, 42L), (lost.Outcome, lost.ErrorType, lost.Estimated, lost.Tokens.Input));
        Assert.Single(settled, record => record.RequestId == "req_done");
    }

    [Fact]
    public async Task A_torn_last_line_is_cut_and_the_next_follows_the_last_whole_one()
    {
        string file;
        using (var torn = await Start())
        {
            torn.Settle(Record("req_1"));
            torn.Settle(Record("req_2"));
            await torn.StopAsync(Ct);
            file = Assert.Single(torn.Folder.Files);
        }
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        await File.WriteAllBytesAsync(file, bytes[..^20], Ct);

        using var journal = await Start();
        journal.Settle(Record("req_3"));
        await journal.StopAsync(Ct);

        var (entries, damaged) = journal.Folder.After(0, journal.Written, 100);
        Assert.Equal([(1L, "req_1"), (2L, "req_3")], entries.Select(entry => (entry.Seq, entry.Settled!.RequestId)));
        Assert.Equal(0, damaged);
    }

    [Fact]
    public async Task An_altered_line_is_skipped_and_counted_and_the_rest_is_read()
    {
        string file;
        using (var first = await Start())
        {
            first.Settle(Record("req_1"));
            first.Settle(Record("req_2"));
            await first.StopAsync(Ct);
            file = Assert.Single(first.Folder.Files);
        }
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Ct)).Replace("req_1", "req_X", StringComparison.Ordinal), Ct);

        using var journal = await Start();

        var (entries, damaged) = journal.Folder.After(0, journal.Written, 100);
        Assert.Equal(("req_2", 1), (Assert.Single(entries).Settled!.RequestId, damaged));
    }

    [Fact]
    public async Task Files_turn_over_and_leave_once_shipped_unless_a_call_in_them_is_open()
    {
        using var journal = await Start(fileBytes: 2000);
        await journal.Open(Record("req_open"));
        for (var i = 0; i < 20; i++)
            await journal.Open(Record($"req_{i}"));
        for (var i = 0; i < 20; i++)
            journal.Settle(Record($"req_{i}"));
        await journal.Open(Record("req_last"));
        var all = journal.Folder.Files.Count;

        journal.Shipped(journal.Written);
        var held = journal.Folder.Files.Count;
        journal.Settle(Record("req_open"));
        await journal.Open(Record("req_after"));
        journal.Settle(Record("req_last"));
        journal.Settle(Record("req_after"));
        await journal.StopAsync(Ct);
        journal.Shipped(journal.Written);

        Assert.True(all > 3, "the journal turned over");
        Assert.Equal((all, 1), (held, journal.Folder.Files.Count));
    }

    [Fact]
    public async Task Positions_go_on_behind_deleted_files()
    {
        long before;
        using (var first = await Start(fileBytes: 500))
        {
            for (var i = 0; i < 10; i++)
                Assert.Null(await first.Give(Feedback($"req_{i}")));
            before = first.Written;
            first.Shipped(before);
            await first.StopAsync(Ct);
        }

        using var journal = await Start();
        await journal.Give(Feedback("req_next"));

        Assert.Equal(before + 1, journal.Written);
        Assert.Equal(before + 1, Assert.Single(journal.Folder.After(before, journal.Written, 100).Entries).Seq);
    }

    [Fact]
    public async Task Small_pages_read_the_same_as_one_large()
    {
        using var journal = await Start(fileBytes: 3000);
        for (var i = 0; i < 50; i++)
            await journal.Give(Feedback($"req_{i}"));

        var pages = new List<long>();
        for (var position = 0L; journal.Folder.After(position, journal.Written, 7).Entries is [.., var last] entries; position = last.Seq)
            pages.AddRange(entries.Select(entry => entry.Seq));

        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), pages);
    }

    [Fact]
    public async Task Two_gateways_on_one_folder_keep_two_journals_and_a_third_adopts_what_one_left()
    {
        using var one = await Start();
        string left;
        using (var other = await Start())
        {
            left = other.Gateway;
            await other.StopAsync(Ct);
        }

        using var third = await Start();

        Assert.NotEqual(one.Gateway, left);
        Assert.Equal(left, third.Gateway);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_refuses_new_calls_and_keeps_settlements_until_it_can() // F11
    {
        using var journal = await Start(fileBytes: 1);
        await journal.Open(Record("req_1"));
        var path = journal.Folder.Path;
        Directory.Move(path, path + "-away"); // turning over to the next file fails

        var refusal = await journal.Open(Record("req_2"));
        journal.Settle(Record("req_1") with { Outcome = Outcome.Ok });
        Directory.Move(path + "-away", path);
        await journal.StopAsync(Ct);

        Assert.Equal(Journal.UnwritableCode, refusal?.Code);
        var entries = journal.Folder.After(0, journal.Written, 100).Entries;
        Assert.Equal(["req_1", "req_1"], entries.Select(entry => (entry.Open ?? entry.Settled)!.RequestId));
    }

    [Fact]
    public async Task What_a_failed_write_left_standing_is_cut_before_the_next()
    {
        string file;
        using (var journal = await Start())
        {
            await journal.Give(Feedback("req_1"));
            file = Assert.Single(journal.Folder.Files);
            await using (var half = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) // as a write that could not be cut back
                half.Write([.. new JournalEntry(2, null, null, Feedback("req_refused")).ToLine(), .. new JournalEntry(3, null, null, Feedback("req_refused")).ToLine(), .. "99 torn"u8]);
            Assert.Null(await journal.Give(Feedback("req_2")));
            await journal.StopAsync(Ct);
        }

        using var again = await Start();

        Assert.Equal(2, again.Written);
        var (entries, damaged) = again.Folder.After(0, again.Written, 100);
        Assert.Equal(["req_1", "req_2"], entries.Select(entry => entry.Feedback!.RequestId));
        Assert.Equal(0, damaged);
    }

    [Fact(Timeout = 60_000)] // a writer that has ended would let it wait for ever
    public async Task A_record_that_cannot_be_written_is_refused_alone_and_the_journal_goes_on()
    {
        using var journal = await Start();
        var unwritable = Record("req_nan") with { LatencyMs = double.NaN };

        var refusal = await journal.Open(unwritable).WaitAsync(Ct);
        journal.Settle(unwritable);
        var next = await journal.Open(Record("req_next")).WaitAsync(Ct);
        await journal.StopAsync(Ct);

        Assert.Equal(Journal.UnwritableCode, refusal?.Code);
        Assert.Null(next);
        Assert.Equal("req_next", Assert.Single(journal.Folder.After(0, journal.Written, 100).Entries).Open!.RequestId);
    }

    [Fact]
    public async Task A_gateway_that_stops_waits_for_its_open_calls_until_its_time_is_up()
    {
        using var journal = await Start();
        await journal.Open(Record("req_1"));
        using var patience = new CancellationTokenSource();
        var impatient = new OpenCalls(journal, TimeProvider.System).StopAsync(patience.Token);
        var patient = new OpenCalls(journal, TimeProvider.System).StopAsync(Ct);

        await patience.CancelAsync();
        await impatient;
        var waited = !patient.IsCompleted;
        journal.Settle(Record("req_1") with { Outcome = Outcome.Ok });
        await patient;

        Assert.True(waited);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    internal static InferenceRecord Record(string id) => new(
        id, 1, "gw", Bundles.App, "guest", Arm.Stable, null, null, "b_1", "echo/1/v1.0.0", "embedded/echo", null, null, null, "key", null,
        new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), 1, null, Outcome.Open, null, null, TokenUsage.Of(1, 1), false, [], "00", 1, 1, null);

    private static FeedbackRecord Feedback(string id) => new(id, Bundles.App, Arm.Stable, null, null, "b_1", true, null, "p", new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    private async Task<Journal> Start(long fileBytes = Journal.UsualFileBytes)
    {
        var journal = new Journal(root, fileBytes, TimeProvider.System, NullLogger<Journal>.Instance);
        await journal.StartAsync(Ct);
        return journal;
    }
}
