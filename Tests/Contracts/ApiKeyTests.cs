namespace LlmOps.Tests.Contracts;

public sealed class ApiKeyTests
{
    private static readonly InstallationSecret Secret = new("one");

    [Fact]
    public void A_key_is_read_back_as_it_was_made()
    {
        var key = ApiKey.Create("prod");

        Assert.True(ApiKey.TryParse(key.Reveal(), out var read));
        Assert.Equal(key, read);
    }

    [Fact]
    public void One_wrong_letter_is_no_key()
    {
        var text = ApiKey.Local(Role.Lead, Secret).Reveal().ToCharArray();
        text[20] = text[20] == 'x' ? 'y' : 'x';

        Assert.False(ApiKey.TryParse(new string(text), out _));
    }

    [Fact]
    public void Local_keys_are_the_same_at_every_start_and_differ_by_role_and_installation()
    {
        Assert.Equal(ApiKey.Local(Role.Lead, Secret), ApiKey.Local(Role.Lead, new InstallationSecret("one")));
        Assert.NotEqual(ApiKey.Local(Role.Lead, Secret), ApiKey.Local(Role.Admin, Secret));
        Assert.NotEqual(ApiKey.Local(Role.Lead, Secret), ApiKey.Local(Role.Lead, new InstallationSecret("two")));
    }

    [Fact]
    public void A_key_in_a_log_shows_no_secret() =>
        Assert.DoesNotContain(ApiKey.Local(Role.Lead, Secret).Secret, $"{ApiKey.Local(Role.Lead, Secret)}", StringComparison.Ordinal);
}
