//! Pages of proxies and firewalls between a connector and the service.

use crate::fault::GatewayPage;
use crate::reply::Reply;

/// The page with this status.
pub(super) fn page(page: GatewayPage, status: u16) -> Reply {
    let (title, body) = match page {
        GatewayPage::Rejected => (
            "Request Rejected",
            "The requested URL was rejected. Please consult with your administrator.<br><br>\
             Your support ID is: 8263541930562718394<br><br><a href='javascript:history.back();'>[Go Back]</a>",
        ),
        GatewayPage::SignIn => (
            "Sign in to continue",
            "<form method=\"POST\" action=\"https://proxy.contoso.example/login\"><input name=\"user\">\
             <input name=\"password\" type=\"password\"><button>Sign in</button></form>",
        ),
        GatewayPage::Blocked => (
            "Access Denied",
            "<h1>Access Denied (policy_denied)</h1><p>Your organisation's policy blocks this category of sites.</p>",
        ),
    };
    let page = format!("<html><head><title>{title}</title></head><body>{body}</body></html>\r\n");
    Reply::text(status, "text/html; charset=utf-8", page).with("cache-control", "no-cache")
}
