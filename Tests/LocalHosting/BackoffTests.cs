using LlmOps.LocalHosting;

namespace LlmOps.Tests.LocalHosting;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(4, 4)]
    [InlineData(7, 30)]
    [InlineData(1000, 30)]
    public void The_pause_doubles_with_each_failure_up_to_half_a_minute(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.After(failures));

    [Theory]
    [InlineData(5, 59, 6)]
    [InlineData(5, 60, 1)]
    public void A_process_that_lived_a_minute_is_forgiven(int before, int seconds, int expected) =>
        Assert.Equal(expected, Backoff.Count(before, TimeSpan.FromSeconds(seconds)));
}
