namespace LlmOps;

/// <summary>What a person (or one of our processes) may be. Scopes follow from the role; see <see cref="Scope.Of"/>.</summary>
public enum Role { Viewer, Engineer, Lead, DataScientist, Product, Compliance, Operator, Admin, Auditor, Service }

/// <summary>The scopes, and which role holds which. Separation of duties: whoever manages keys or authors cannot approve by role alone.</summary>
public static class Scope
{
    public const string Invoke = "gateway:invoke";
    public const string ReadPrompts = "prompts:read";
    public const string Propose = "prompts:propose";
    public const string ReadIndexes = "indexes:read";
    public const string WriteIndexes = "indexes:write";
    public const string ReadDatasets = "datasets:read";
    public const string WriteDatasets = "datasets:write";
    public const string RunEvals = "evals:run";
    public const string ReadReleases = "releases:read";
    public const string ProposeReleases = "releases:propose";
    public const string Approve = "releases:approve";
    public const string Abort = "releases:abort";
    public const string WritePolicies = "policies:write";
    public const string ReadCosts = "costs:read";
    public const string ManageKeys = "keys:manage";
    public const string ReadAudit = "audit:read";

    /// <summary>Held by our own processes alone.</summary>
    public const string Internal = "internal";

    private static readonly string[] Views = [ReadPrompts, ReadIndexes, ReadDatasets, ReadReleases, ReadCosts];
    private static readonly string[] Engineering = [.. Views, Invoke, Propose, WriteIndexes, WriteDatasets, RunEvals, ProposeReleases, Abort];

    public static IReadOnlyList<string> Of(Role role) => role switch
    {
        Role.Viewer => Views,
        Role.Engineer => Engineering,
        Role.Lead => [.. Engineering, Approve, WritePolicies, ReadAudit],
        Role.DataScientist => [.. Views, Invoke, WriteIndexes, WriteDatasets, RunEvals],
        Role.Product => [.. Views, Invoke, Approve],
        Role.Compliance => [.. Views, WritePolicies, Abort, ReadAudit],
        Role.Operator => [.. Views, Invoke, Abort, ReadAudit],
        Role.Admin => [.. Views, ManageKeys, ReadAudit],
        Role.Auditor => [.. Views, ReadAudit],
        Role.Service => [.. Engineering, ReadAudit, Internal],
    };
}

/// <summary>Who is calling: the person behind the key, never the key itself.</summary>
/// <param name="Person">Stable id of the person, or <c>service:name</c> for one of our processes.</param>
/// <param name="App">The one app the key covers, or <c>*</c>.</param>
public sealed record Caller(string Person, Role Role, string KeyId, string App, IReadOnlyList<string> Scopes)
{
    public bool May(string scope) => Scopes.Contains(scope);

    public bool Covers(string app) => App == "*" || App == app;
}
