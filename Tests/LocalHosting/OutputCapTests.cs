using LlmOps.LocalHosting;

namespace LlmOps.Tests.LocalHosting;

public sealed class OutputCapTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lines_beyond_the_limit_of_a_second_are_counted_and_told_in_the_next()
    {
        var cap = new OutputCap(linesPerSecond: 2);

        var first = Enumerable.Range(1, 5).SelectMany(n => cap.Admit($"line {n}", Noon)).ToArray();
        var next = cap.Admit("line 6", Noon.AddSeconds(1)).ToArray();

        Assert.Equal(["line 1", "line 2"], first);
        Assert.Equal(["… 3 lines left out, more than 2 in a second", "line 6"], next);
    }

    [Fact]
    public async Task A_line_without_end_is_cut_and_the_one_after_it_is_whole()
    {
        using var output = new StringReader(new string('x', 1_000_000) + "\r\nnext\nlast without an end");

        var lines = await OutputCap.Lines(output, CancellationToken.None).ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new string('x', OutputCap.LineLength) + "…", lines[0]);
        Assert.Equal(["next", "last without an end"], lines[1..]);
    }
}
