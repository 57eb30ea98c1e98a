using System.CommandLine;

namespace LlmOps.Cli;

public static class AuditCommand
{
    public static Command Build()
    {
        var verify = new Command("verify", "Verify every service's hash chain. Exit 0 intact, 1 could not check, 100 broken.");
        var export = new Option<FileInfo?>("--export") { Description = "Verify a file written by `audit export` instead, without a server." };
        verify.Add(export);
        verify.SetAction((parsed, ct) => Verify(Terminal.Of(parsed), parsed.GetValue(export), ct));

        var write = new Command("export", "Write all chains as JSON Lines, one page per line.");
        var to = new Option<FileInfo>("--out") { Description = "The file to write.", Required = true };
        write.Add(to);
        write.SetAction((parsed, ct) => Export(Terminal.Of(parsed), parsed.GetValue(to)!, ct));

        return new Command("audit", "Who did what to which hash, and why: provable.") { verify, write };
    }

    private static async Task<int> Verify(Terminal terminal, FileInfo? export, CancellationToken ct)
    {
        var verdicts = export is null ? await FromServer(terminal, ct) : FromFile(export);
        if (verdicts.Refused)
            return terminal.Refuse(verdicts.Refusal);

        var broken = verdicts.Value.FirstOrDefault(verdict => !verdict.Intact);
        terminal.Answer(new { intact = broken is null, firstBad = broken?.FirstBad, kind = broken?.Kind, service = broken?.Service, chains = verdicts.Value }, () =>
        {
            foreach (var verdict in verdicts.Value)
                terminal.Say(verdict.Intact
                    ? $"intact  {verdict.Service,-9} {verdict.Entries,6} entries, head {verdict.HeadHash[..12]}"
                    : $"BROKEN  {verdict.Service,-9} at entry {verdict.FirstBad}: {verdict.Kind}");
        });
        return broken is null ? Exit.Done : Exit.GateFailed;
    }

    private static async Task<Result<IReadOnlyList<AuditVerdict>>> FromServer(Terminal terminal, CancellationToken ct)
    {
        var clients = Server.Connect(terminal, "auditor");
        if (clients.Refused)
            return clients.Refusal;
        var verdicts = new List<AuditVerdict>();
        foreach (var service in AuditClient.Services)
        {
            var verdict = await clients.Value.Audit.Verify(service, ct);
            if (verdict.Refused)
                return verdict.Refusal;
            verdicts.Add(verdict.Value);
        }
        return Result.Of<IReadOnlyList<AuditVerdict>>(verdicts);
    }

    private static Result<IReadOnlyList<AuditVerdict>> FromFile(FileInfo file)
    {
        if (!file.Exists)
            return Refusal.Invalid("no-such-file", $"There is no file {file.FullName}. Write one with llmops audit export --out FILE.");
        try
        {
            var pages = File.ReadLines(file.FullName).Where(line => line.Length > 0).Select(Json.Read<AuditPage>);
            return Result.Of<IReadOnlyList<AuditVerdict>>([.. pages.GroupBy(page => page.Service)
                .Select(chain => AuditChain.Verify(chain.Key, [.. chain.SelectMany(page => page.Entries)], chain.Max(page => page.HeadSeq)))]);
        }
        catch (System.Text.Json.JsonException e)
        {
            return Refusal.Invalid("not-an-export", $"{file.Name} is no audit export ({e.Message}). Write one with llmops audit export --out FILE.");
        }
    }

    private static async Task<int> Export(Terminal terminal, FileInfo to, CancellationToken ct)
    {
        var clients = Server.Connect(terminal, "auditor");
        if (clients.Refused)
            return terminal.Refuse(clients.Refusal);
        var lines = new List<string>();
        foreach (var service in AuditClient.Services)
        {
            for (long after = 0, head = 1; after < head;)
            {
                var page = await clients.Value.Audit.Page(service, after, 5000, ct);
                if (page.Refused)
                    return terminal.Refuse(page.Refusal);
                lines.Add(Json.Write(page.Value));
                (after, head) = (after + page.Value.Entries.Count, page.Value.Entries.Count == 0 ? 0 : page.Value.HeadSeq);
            }
        }
        await File.WriteAllLinesAsync(to.FullName, lines, ct);
        terminal.Answer(new { file = to.FullName, pages = lines.Count }, () => terminal.Say($"wrote {lines.Count} pages to {to.FullName}"));
        return Exit.Done;
    }
}
