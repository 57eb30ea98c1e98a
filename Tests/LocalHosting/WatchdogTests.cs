using LlmOps.LocalHosting;

namespace LlmOps.Tests.LocalHosting;

public sealed class WatchdogTests
{
    private static readonly Dictionary<string, string> Empty = [];

    [Fact]
    public async Task When_the_host_is_gone_every_group_is_ended_however_stubborn_and_those_forgotten_live()
    {
        using var watchdog = new Watchdog();
        using var polite = Start("while :; do sleep 0.05; done");
        using var stubborn = Start("trap '' TERM INT; while :; do sleep 0.05; done");
        using var forgotten = Start("while :; do sleep 0.05; done");
        foreach (var child in (ChildProcess[])[polite, stubborn, forgotten])
            watchdog.Watch(child.Pid, Unix.Terminate);
        watchdog.Forget(forgotten.Pid);

        watchdog.Dispose(); // the end of the pipe, as when the host is killed
        var codes = await Task.WhenAll(polite.Exited, stubborn.Exited);

        Assert.Equal([128 + Unix.Terminate, 128 + Unix.Kill], codes);
        Assert.False(forgotten.Exited.IsCompleted);
        forgotten.Kill();
        await forgotten.Exited;
    }

    private static ChildProcess Start(string script) =>
        ChildProcess.Start(new("/bin/sh", ["-c", script], "/", Empty, Unix.Terminate), (_, _) => { });
}
