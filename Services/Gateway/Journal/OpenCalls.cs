namespace LlmOps.Gateway;

/// <summary>Keeps a gateway that is told to stop until its last call is settled: a stream whose caller has left is read on by nobody else,
/// and would be recorded as an error of its arm. The host's shutdown limit ends the wait.</summary>
public sealed class OpenCalls(Journal journal, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (journal.HasOpen && !cancellationToken.IsCancellationRequested)
            await Task.Delay(Period, clock, CancellationToken.None);
    }
}
