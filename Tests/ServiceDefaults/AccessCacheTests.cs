namespace LlmOps.Tests.ServiceDefaults;

public sealed class AccessCacheTests
{
    private static readonly InstallationSecret Secret = new("one");
    private readonly Clock clock = new();

    [Fact]
    public void A_known_key_is_its_person_in_its_role()
    {
        var (access, key) = Cache(Known());

        var caller = access.Find(key.Reveal());

        Assert.Equal(("lead@local", Role.Lead, true, false), (caller?.Person, caller?.Role, caller?.May(Scope.Approve), caller?.May(Scope.ManageKeys)));
    }

    [Fact]
    public void A_key_with_the_right_id_and_another_secret_is_nobody()
    {
        var (access, key) = Cache(Known());

        Assert.Null(access.Find((key with { Secret = new string('0', 43) }).Reveal()));
    }

    [Fact]
    public void Revoked_and_expired_keys_are_nobody()
    {
        var key = Known();
        Assert.Null(Cache(key, record => record with { Revoked = true }).Access.Find(key.Reveal()));

        var (access, _) = Cache(key, record => record with { Expires = clock.Now.AddMinutes(1) });
        Assert.NotNull(access.Find(key.Reveal()));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(access.Find(key.Reveal()));
    }

    [Fact]
    public void A_snapshot_that_another_secret_signed_is_not_taken()
    {
        var access = new AccessCache(Secret, clock);

        Assert.False(access.Take(new InstallationSecret("two").Sign(Json.Write(new AccessSnapshot(5, [])))));
        Assert.Equal(-1, access.Revision);
    }

    [Fact]
    public void An_older_snapshot_never_replaces_a_newer_one()
    {
        var (access, key) = Cache(Known());

        Assert.False(access.Take(Secret.Sign(Json.Write(new AccessSnapshot(0, [])))));
        Assert.NotNull(access.Find(key.Reveal()));
    }

    [Fact]
    public void Our_own_processes_are_known_with_everything_else_away()
    {
        var access = new AccessCache(Secret, clock);

        Assert.Equal("service:gateway", access.Find(ApiKey.Service("gateway", Secret).Reveal())?.Person);
        Assert.Null(access.Find(ApiKey.Service("gateway", new InstallationSecret("two")).Reveal()));
    }

    private static ApiKey Known() => ApiKey.Local(Role.Lead, Secret);

    private (AccessCache Access, ApiKey Key) Cache(ApiKey key, Func<KeyRecord, KeyRecord>? change = null)
    {
        var record = new KeyRecord(key.Id, Secret.Mac(key.Secret), Role.Lead, "lead@local", "*", null, false);
        var access = new AccessCache(Secret, clock);
        access.Take(Secret.Sign(Json.Write(new AccessSnapshot(1, [change?.Invoke(record) ?? record]))));
        return (access, key);
    }
}
