using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
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
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // its warning that the folder is not encrypted helps nobody at a local start
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
            options.Events.OnValidatePrincipal = Recognise;
        });
        builder.Services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(Cookie).RequireAuthenticatedUser());
        builder.Services.AddTransient<PersonsKey>();
        builder.AddClient<PromptsClient>("prompts");
        builder.AddClient<IndexesClient>("indexes");
        builder.AddClient<EvalsClient>("evals");
        builder.AddClient<CostsClient>("costs");
        builder.AddClient<GatewayClient>("gateway");
        builder.Services.AddHttpClient(nameof(ReleasesClient)).AddHttpMessageHandler<PersonsKey>(); // the refresh of keys, outside any page, calls as the console
        builder.Services.AddTransient<ChainOwner>();
        builder.Services.AddHttpClient<AuditClient>(http => http.BaseAddress = ChainOwner.Address).AddHttpMessageHandler<PersonsKey>().AddHttpMessageHandler<ChainOwner>();
    }

    public static void MapSession(this IEndpointRouteBuilder app) =>
        app.MapPost("/sign-out", SignOut).RequireAuthorization(Policy).ExcludeFromDescription();

    /// <summary>Begins a session for the holder of a key; false when no caller is behind it.</summary>
    public static async Task<bool> SignIn(HttpContext context, AccessCache access, string key)
    {
        if (access.Find(key.Trim()) is not { Role: not Role.Service } caller)
            return false;
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, caller.Person), new(KeyClaim, key.Trim())], Cookie);
        await context.SignInAsync(Cookie, new ClaimsPrincipal(identity));
        return true;
    }

    /// <summary>The path to return to after a detour; never another site's.</summary>
    public static string LocalPath(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) ? path : "/";

    /// <summary>The form is read so that the antiforgery token is checked.</summary>
    private static async Task<IResult> SignOut(HttpContext context, IFormCollection form)
    {
        await context.SignOutAsync(Cookie);
        return TypedResults.LocalRedirect("/sign-in");
    }

    /// <summary>A key that was revoked or has expired ends its sessions at once.</summary>
    private static Task Recognise(CookieValidatePrincipalContext context)
    {
        var access = context.HttpContext.RequestServices.GetRequiredService<AccessCache>();
        if (context.Principal?.FindFirstValue(KeyClaim) is { } key && access.Find(key) is { } caller)
            context.HttpContext.Items[typeof(Caller)] = caller;
        else
            context.RejectPrincipal();
        return Task.CompletedTask;
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

    /// <summary>The client of the audit chains names the service in the path; here each is asked at its own address.</summary>
    private sealed class ChainOwner(IConfiguration configuration) : DelegatingHandler
    {
        public static readonly Uri Address = new("http://chains/");

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = request.RequestUri ?? Address;
            request.RequestUri = new Uri(Neighbours.AddressOf(configuration, asked.Segments[^1]), "audit" + asked.Query);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
