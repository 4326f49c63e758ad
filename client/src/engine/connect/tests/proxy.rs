use super::*;

const SERVICE: &str = "https://agents.robofy.ai";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn choose(proxy: &str, endpoint: &str) -> Result<Option<Proxy>, Error> {
    Proxy::choose(Some(&Secret::new(proxy.to_owned())), &url(endpoint))
}

/// As with these variables set, and no others.
fn environment(variables: &[(&str, &str)], endpoint: &str) -> Result<Option<Proxy>, Error> {
    let value = |name: &str| {
        let set = variables.iter().find(|(variable, _)| *variable == name)?;
        Some(set.1.to_owned())
    };
    Proxy::choose_among(None, &url(endpoint), || Environment::of(value))
}

fn header(proxy: &str) -> HeaderValue {
    match choose(proxy, SERVICE).unwrap().unwrap().credentials {
        Some(Credentials::Basic(header)) => header,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_callers_proxy_is_used_with_its_credentials() {
    let proxy = choose("http://user:pass@proxy.example:3128", SERVICE);
    let proxy = proxy.unwrap().unwrap();
    assert_eq!(proxy.scheme, Scheme::Http);
    assert_eq!(proxy.host, Host::Domain("proxy.example".to_owned()));
    assert_eq!(proxy.port, 3128);
    assert!(proxy.credentials.is_some());
    assert!(!format!("{proxy:?}").contains("dXNlcjpwYXNz"));
}

#[test]
fn credentials_are_decoded_before_they_are_encoded() {
    for (proxy, expected) in [
        ("http://Aladdin:open%20sesame@p:1", "Aladdin:open sesame"),
        ("http://user@p:1", "user:"),
        ("http://:pass@p:1", ":pass"),
        ("http://user:p@ss@p:1", "user:p@ss"),
        ("HTTPS://user:p:ss@p", "user:p:ss"),
    ] {
        let expected = format!("Basic {}", BASE64_STANDARD.encode(expected));
        assert_eq!(header(proxy), expected, "{proxy}");
    }
}

#[test]
fn socks_has_a_user_and_a_password() {
    for (proxy, scheme) in [
        ("socks5://us%40er:p%3Ass@p", Scheme::Socks5),
        ("socks5h://us%40er:p%3Ass@p:1080", Scheme::Socks5h),
    ] {
        let proxy = choose(proxy, SERVICE).unwrap().unwrap();
        assert_eq!((proxy.scheme, proxy.port), (scheme, 1080));
        let expected = Credentials::Password {
            user: Secret::new("us@er".to_owned()),
            password: Secret::new("p:ss".to_owned()),
        };
        assert_eq!(proxy.credentials, Some(expected));
    }
}

#[test]
fn a_port_has_its_scheme_and_an_address_its_brackets() {
    for (proxy, port) in [
        ("http://[::1]", 80),
        ("https://[::1]/", 443),
        ("http://[::1]:3128", 3128),
        ("socks5://[::1]:", 1080),
    ] {
        let proxy = choose(proxy, SERVICE).unwrap().unwrap();
        assert_eq!(proxy.port, port);
        assert_eq!(proxy.host.to_string(), "[::1]");
    }
}

#[test]
fn plain_http_never_goes_through_a_proxy() {
    let proxy = "http://127.0.0.1:1";
    assert_eq!(choose(proxy, "http://127.0.0.1:2").unwrap(), None);
}

#[test]
fn an_empty_proxy_means_none() {
    assert_eq!(choose("", SERVICE).unwrap(), None);
}

#[test]
fn proxies_that_cannot_work_are_refused_without_their_password() {
    for proxy in [
        "proxy",
        "proxy:3128",
        "user:secret@p:1",
        "socks4://u:secret@p:1",
        "http://",
        "http://user:secret@",
        "://secret@",
        "http://user:se#cret@127.0.0.1:3128",
        "http://user:se?cret@127.0.0.1:3128",
        "http://user:se/cret@127.0.0.1:3128",
        "http://user:secret @p:1",
        "http://user:secret@p:1\n",
        "\"http://user:secret@p:1\"",
        "http://user:secr\u{e9}t@p:1",
        "http://user:secret@p:0",
        "http://user:secret@p:99999",
        "http://user:secret",
        "socks5://user:se%ffcret@p:1",
    ] {
        let error = choose(proxy, SERVICE).unwrap_err();
        let message = error.message();
        assert!(message.starts_with("proxy "), "{proxy}: {error}");
        for part in ["secret", "se#", "cret@", "secr"] {
            assert!(!message.contains(part), "{proxy}: {error}");
        }
    }
}

#[test]
fn a_bad_variable_is_refused_by_its_name() {
    for name in PROXIES {
        for value in [
            "http://proxy.corp:3128 ",
            "http://proxy.corp:3128\n",
            "'http://proxy.corp:3128'",
            "\"http://proxy.corp:3128\"",
            "ftp://proxy.corp:3128",
            "socks4://proxy.corp:3128",
            "http://",
            "http://user:p#ss@127.0.0.1:3128",
        ] {
            let error = environment(&[(name, value)], SERVICE).unwrap_err();
            let named = error.message().starts_with(&format!("{name} "));
            assert!(named, "{value}: {error}");
        }
    }
}

#[test]
fn lower_case_goes_first_and_an_empty_variable_hides_nothing() {
    let of = |variables: &[(&str, &str)]| {
        let proxy = environment(variables, SERVICE).unwrap();
        proxy.map_or(0, |proxy| proxy.port)
    };
    let (lower, upper) = (("https_proxy", "p:1"), ("HTTPS_PROXY", "http://p:2"));
    let (all_lower, all_upper) = (("all_proxy", "http://p:3"), ("ALL_PROXY", "p:4"));
    assert_eq!(of(&[all_upper, all_lower, upper, lower]), 1);
    assert_eq!(of(&[all_upper, all_lower, upper, ("https_proxy", "")]), 2);
    assert_eq!(of(&[all_upper, all_lower]), 3);
    assert_eq!(of(&[all_upper]), 4);
    assert_eq!(of(&[all_upper, ("all_proxy", "")]), 4);
    assert_eq!(of(&[("http_proxy", "http://p:5")]), 0);
    let exceptions = [upper, ("no_proxy", ""), ("NO_PROXY", "*")];
    assert_eq!(of(&exceptions), 0);
}

#[test]
fn loopback_has_no_proxy_of_the_environment() {
    let variables = [("HTTPS_PROXY", "not a proxy")];
    for endpoint in ["https://localhost", "https://127.0.0.1:1", "https://[::1]"] {
        assert_eq!(environment(&variables, endpoint).unwrap(), None);
    }
}

#[test]
fn exceptions_are_names_addresses_and_networks() {
    let excepts = |exceptions: &str, endpoint: &str| {
        let variables = [("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", exceptions)];
        environment(&variables, endpoint).unwrap().is_none()
    };
    for (exceptions, endpoint) in [
        ("*", "https://10.0.0.1"),
        ("*", "https://[fd00::5]:8443"),
        ("*", SERVICE),
        ("a.example, *", SERVICE),
        ("robofy.ai", SERVICE),
        (".robofy.ai", SERVICE),
        ("*.robofy.ai", SERVICE),
        ("*.ROBOFY.ai.", SERVICE),
        ("agents.robofy.ai", "https://agents.robofy.ai."),
        ("agents.robofy.ai:443", SERVICE),
        ("agents.robofy.ai:8443", "https://agents.robofy.ai:8443"),
        ("a.example  agents.robofy.ai\tb.example", SERVICE),
        ("a.example , agents.robofy.ai", SERVICE),
        ("10.0.0.0/8", "https://10.1.2.3"),
        ("10.1.2.3:8443", "https://10.1.2.3:8443"),
        ("fd00::/8", "https://[fd00::5]:8443"),
        ("[fd00::5]", "https://[fd00::5]:8443"),
        ("[fd00::5]:8443", "https://[fd00::5]:8443"),
        ("fd00::5", "https://[fd00::5]:8443"),
    ] {
        assert!(excepts(exceptions, endpoint), "{exceptions}: {endpoint}");
    }
    for (exceptions, endpoint) in [
        ("", SERVICE),
        (",", SERVICE),
        ("fy.ai", SERVICE),
        ("agents.robofy.ai:8443", SERVICE),
        ("*.agents.robofy.ai", "https://robofy.ai"),
        ("10.0.0.0/8", "https://11.1.2.3"),
        ("[fd00::5]:443", "https://[fd00::5]:8443"),
    ] {
        assert!(!excepts(exceptions, endpoint), "{exceptions}: {endpoint}");
    }
}

#[test]
fn an_exception_spares_the_proxy_its_check() {
    let variables = [("HTTPS_PROXY", "not a proxy"), ("NO_PROXY", "robofy.ai")];
    assert_eq!(environment(&variables, SERVICE).unwrap(), None);
}
