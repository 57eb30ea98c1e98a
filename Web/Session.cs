using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace LlmOps.Web;

/// <summary>A person's session in the console: a cookie that carries the person's own key, encrypted. The services check that key at every call.</summary>
public static class Session
{
    public const string Policy = "session";
    private const string Cookie = "llmops-session";
    private const string KeyClaim = "key";

    public static void AddSession(this WebApplicationBuilder builder)
    {
        var storage = builder.Configuration.GetSection("Storage").Get<StorageOptions>() ?? new();
        builder.Services.AddDataProtection().SetApplicationName("llmops").PersistKeysToFileSystem(new DirectoryInfo(storage.Sub("keys")));
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddAuthentication().AddCookie(Cookie, options =>
        {
            options.Cookie.Name = Cookie;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.ExpireTimeSpan = TimeSpan.FromHours(12);
            options.LoginPath = "/sign-in";
        });
        builder.Services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(Cookie).RequireAuthenticatedUser());
        builder.Services.AddTransient<PersonsKey>();
        builder.AddClient<PromptsClient>("prompts");
        builder.AddClient<IndexesClient>("indexes");
        builder.AddClient<EvalsClient>("evals");
        builder.AddClient<CostsClient>("costs");
        builder.AddClient<GatewayClient>("gateway");
        builder.Services.AddHttpClient(nameof(ReleasesClient)).AddHttpMessageHandler<PersonsKey>(); // the refresh of keys, outside any page, calls as the console
    }

    public static void MapSession(this IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-out", (Delegate)SignOut).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Begins a session for the holder of a key; false when no caller is behind it.</summary>
    public static async Task<bool> SignIn(HttpContext context, AccessCache access, string key)
    {
        if (access.Find(key.Trim()) is not { } caller)
            return false;
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, caller.Person), new("role", LocalPerson.Words(caller.Role)), new(KeyClaim, key.Trim())], Cookie);
        await context.SignInAsync(Cookie, new ClaimsPrincipal(identity));
        return true;
    }

    private static async Task<IResult> SignOut(HttpContext context)
    {
        await context.SignOutAsync(Cookie);
        return TypedResults.LocalRedirect("/sign-in");
    }

    private static void AddClient<TClient>(this WebApplicationBuilder builder, string service) where TClient : class =>
        builder.Services.AddHttpClient<TClient>(http => http.BaseAddress = Neighbours.AddressOf(builder.Configuration, service)).AddHttpMessageHandler<PersonsKey>();

    /// <summary>Calls the services as the person whose page it is.</summary>
    private sealed class PersonsKey(IHttpContextAccessor context) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (context.HttpContext is { } page)
                request.Headers.Authorization = page.User.FindFirstValue(KeyClaim) is { } key ? new("Bearer", key) : null;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
