using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>What a push brought to the server.</summary>
public sealed record Pushed(string App, IReadOnlyList<string> Parts, PromptVersionView Prompt)
{
    public bool Blocked => Prompt.Findings.Any(finding => finding.Level == FindingLevel.Error);
}

/// <summary>Brings an application's parts to the server, each idempotent: what is there already stays as it is.</summary>
public static class Push
{
    /// <param name="policies">Who puts policies: a change of one in force needs a lead or compliance.</param>
    /// <param name="promptText">The prompt file to push; null takes the folder's working file.</param>
    public static async Task<Result<Pushed>> Run(AppFolder folder, AppFile app, Clients clients, Clients policies, string? promptText, Action<string> progress, CancellationToken ct)
    {
        var parts = new List<string>();
        foreach (var file in folder.Files("policies", "*.yaml"))
        {
            var policy = await policies.Releases.PutPolicy(Named(file), new PutPolicy(app.App, folder.Text(file)), ct);
            if (policy.Refused)
                return policy.Refusal;
            Took($"policy {policy.Value.Name} {policy.Value.Sha256[..12]}");
        }

        foreach (var index in app.Indexes)
        {
            var version = await BuildIndex(folder, app, index, clients, ct);
            if (version.Refused)
                return version.Refusal;
            Took($"index {index.Name} {version.Value.Id[..15]}: {version.Value.Documents} documents, {version.Value.Chunks} chunks ({version.Value.Embedded} embedded, {version.Value.Reused} reused)");
        }

        foreach (var file in folder.Files("suites", "*.yaml"))
        {
            var suite = Suite.Parse(folder.Text(file), file);
            if (suite.Refused)
                return suite.Refusal;
            if (!folder.Has(suite.Value.Dataset))
                return Refusal.Invalid("missing-dataset", $"{file} names the dataset {suite.Value.Dataset}, which is not there.");
            var schema = folder.ContractOf(suite.Value.Dataset);
            var dataset = await clients.Evals.PutDataset(
                Named(suite.Value.Dataset), new PutDataset(app.App, folder.Text(suite.Value.Dataset), schema is null ? null : folder.Text(schema), schema), ct);
            if (dataset.Refused)
                return dataset.Refusal;
            Took($"dataset {dataset.Value.Name} {dataset.Value.Sha256[..12]}: {dataset.Value.Cases} cases{Found(dataset.Value.Check)}");
            foreach (var warning in dataset.Value.Check?.Warnings ?? [])
                progress($"  warning: {warning}");
            var put = await clients.Evals.PutSuite(Named(file), new PutSuite(app.App, folder.Text(file)), ct);
            if (put.Refused)
                return put.Refusal;
            Took($"suite {put.Value.Name} {put.Value.Sha256[..12]}");
        }

        var calibrations = LocalCalibrations.Read(folder);
        if (calibrations.Refused)
            return calibrations.Refusal;
        foreach (var calibration in calibrations.Value)
        {
            var put = await clients.Evals.PutCalibration(calibration.JudgeId, new PutCalibration(app.App, Json.Write(calibration)), ct);
            if (put.Refused)
                return put.Refusal;
            Took($"judge {put.Value.Name}, {put.Value.Rubric}: calibration {Word(put.Value.Verdict)}");
        }

        var registered = await clients.Releases.PutApp(app.App, new PutApp(app.Route, app.SuiteName, app.PolicyName), ct);
        if (registered.Refused)
            return registered.Refusal;
        Took($"app {registered.Value.Name} on route {registered.Value.Route}, policy {registered.Value.Policy}");

        var prompt = await clients.Prompts.Push(app.PromptName, new PushPrompt(app.App, promptText ?? folder.Text(app.Prompt), Commit: null, Changelog: null), ct);
        if (prompt.Refused)
            return prompt.Refusal;
        Took($"prompt {prompt.Value.Name}@{prompt.Value.Version} {prompt.Value.Sha256[..12]}");
        return new Pushed(app.App, parts, prompt.Value);

        void Took(string part)
        {
            parts.Add(part);
            progress(part);
        }
    }

    private static async Task<Result<IndexVersionView>> BuildIndex(AppFolder folder, AppFile app, IndexSource index, Clients clients, CancellationToken ct)
    {
        var corpus = await clients.Indexes.PutCorpus(index.Name, new PutCorpus(app.App, folder.Documents(index)), ct);
        if (corpus.Refused)
            return corpus.Refusal;
        var version = await clients.Indexes.Build(index.Name, new BuildIndex(app.App, index.Chunker, index.Embedder), ct);
        while (!version.Refused && version.Value.State == IndexState.Building)
        {
            await Task.Delay(200, ct);
            version = await clients.Indexes.Version(version.Value.Id, ct);
        }
        return version is { Refused: false, Value: { State: IndexState.Failed } failed }
            ? Refusal.Conflict("index-failed", $"Index {index.Name} could not be built: {failed.Error}")
            : version;
    }

    private static string Found(DatasetCheck? check)
    {
        if (check is null)
            return "";
        var pii = check.Pii.Count == 0 ? "no personal data" : string.Join(", ", check.Pii.OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => $"{type.Key} in {type.Value}"));
        return $"; data {Word(check.Verdict)}: {check.Duplicates} exact and {check.Near} near duplicates, {pii}{(check.Drift is { } drift ? $", drift {Word(drift)}" : "")}";
    }

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Named(string file) => Path.GetFileNameWithoutExtension(file);
}
