namespace LlmOps.Tests.Contracts;

public sealed class AuditChainTests
{
    private static readonly IReadOnlyList<AuditEntry> Intact = Chain(5);

    [Fact]
    public void An_untouched_chain_verifies() => Assert.True(AuditChain.Verify("test", Intact, headSeq: 5).Intact);

    // R166, F78: the first bad position is named, whatever was done to the chain.
    [Theory]
    [InlineData("alter", 3, "altered")]
    [InlineData("delete", 3, "missing-or-reordered")]
    [InlineData("swap", 3, "missing-or-reordered")]
    [InlineData("truncate", 5, "truncated")]
    [InlineData("rewrite", 4, "broken-link")]
    public void Whatever_is_done_to_it_the_first_bad_entry_is_named(string what, long firstBad, string kind)
    {
        var entries = Intact.ToList();
        switch (what)
        {
            case "alter": entries[2] = entries[2] with { Reason = "another" }; break;
            case "delete": entries.RemoveAt(2); break;
            case "swap": (entries[2], entries[3]) = (entries[3], entries[2]); break;
            case "truncate": entries.RemoveAt(4); break;
            case "rewrite": entries[2] = AuditChain.Link(entries[2] with { Reason = "another" }, entries[1].Hash); break;
        }

        var verdict = AuditChain.Verify("test", entries, headSeq: 5);

        Assert.False(verdict.Intact);
        Assert.Equal((firstBad, kind), (verdict.FirstBad, verdict.Kind));
    }

    private static List<AuditEntry> Chain(int length)
    {
        var entries = new List<AuditEntry>();
        for (var seq = 1; seq <= length; seq++)
            entries.Add(AuditChain.Link(new(seq, DateTimeOffset.UnixEpoch.AddSeconds(seq), "lead@local", Role.Lead, "approve", $"release:{seq}", null, "b_1", "because", null, "", ""),
                entries.LastOrDefault()?.Hash ?? AuditChain.Genesis));
        return entries;
    }
}
