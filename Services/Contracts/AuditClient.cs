namespace LlmOps;

/// <summary>Reads every service's audit chain through the console's address.</summary>
public sealed class AuditClient(HttpClient http) : ServiceClient(http)
{
    /// <summary>The services that keep a chain.</summary>
    public static IReadOnlyList<string> Services { get; } = ["prompts", "indexes", "evals", "costs", "releases"];

    public Task<Result<AuditPage>> Page(string service, long after, int max, CancellationToken ct) => Get<AuditPage>($"audit/{Esc(service)}?after={after}&max={max}", ct);

    /// <summary>A whole chain, verified here: nothing but its entries and the head that the service names is trusted.</summary>
    public async Task<Result<AuditVerdict>> Verify(string service, CancellationToken ct)
    {
        var entries = new List<AuditEntry>();
        while (true)
        {
            var page = await Page(service, entries.Count, 5000, ct);
            if (page.Refused)
                return page.Refusal;
            entries.AddRange(page.Value.Entries);
            if (page.Value.Entries.Count == 0 || entries.Count >= page.Value.HeadSeq)
                return AuditChain.Verify(service, entries, page.Value.HeadSeq);
        }
    }
}
