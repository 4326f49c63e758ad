//! `robofy-gateway check` names what is wrong, and the remedy.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use support::World;

fn check(world: &World, config: &str) -> (bool, String) {
    world.write("gateway.toml", config);
    let ran = world.run(&["check", "gateway.toml"]);
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn all_is_well() {
    let world = World::new();
    let config = format!(
        "public_url = \"https://bot.example.com/\"\n{}",
        world.config("")
    );
    let (is_well, said) = check(&world, &config);
    assert!(is_well, "{said}");
    assert!(
        said.contains("https://bot.example.com/webhook/main"),
        "{said}"
    );
    assert!(said.contains("+1 555-078-3881"), "{said}");
}

#[test]
fn each_thing_that_is_wrong_is_named_with_the_remedy() {
    let world = World::new();
    let config = format!(
        "public_url = \"https://bot.example.com\"\n{}",
        world.config("")
    );
    for (before, after, words) in [
        (
            "env:TOKEN",
            "env:KEY",
            &["token is refused", "System users"][..],
        ),
        (
            "106540352242922",
            "1",
            &["phone_number_id is no number", "API Setup"],
        ),
        (
            "env:SECRET",
            "env:KEY",
            &["app_secret is not the secret", "Settings, Basic"],
        ),
        (
            "https://bot",
            "http://bot",
            &["is not https", "proxy with a certificate"],
        ),
        (
            "env:TOKEN",
            "env:NOT_THERE",
            &["channel.main.token", "NOT_THERE, which is not set"],
        ),
        (
            "verify_token",
            "verify_tokem",
            &[
                "verify_tokem is not known: did you mean verify_token?",
                "verify_token is missing",
            ],
        ),
        (
            "\"a\"\nprovider",
            "\"b\"\nprovider",
            &["names no agent of this file: there are a"],
        ),
        (
            "env:ADMIN",
            "an-admin-token",
            &["admin_token must be \"env:NAME\" or \"file:PATH\""],
        ),
    ] {
        assert!(config.contains(before), "{before}");
        let (is_well, said) = check(&world, &config.replacen(before, after, 1));
        assert!(!is_well, "{after}: {said}");
        for word in words {
            assert!(said.contains(word), "{word}\n{said}");
        }
        for secret in ["a-token", "an-app-secret", "a-key"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}

#[test]
fn the_example_has_known_keys_alone() {
    let world = World::new();
    let example = include_str!("../gateway.example.toml");
    // What is commented out counts too: its keys are taken in.
    let whole = example.replace("\n# [", "\n[").replace("\n# # ", "\n# ");
    let uncommented = whole.lines().map(|line| {
        let key = line.strip_prefix("# ").unwrap_or(line);
        if key
            .split_once(" = ")
            .is_some_and(|(name, _)| !name.contains(' '))
        {
            key
        } else {
            line
        }
    });
    let config = uncommented.collect::<Vec<_>>().join("\n");
    let secrets = config.matches("= \"env:").count();
    let config = config.replace("env:", "env:KEY_");
    let (is_well, said) = check(&world, &config);
    assert!(!is_well);
    let unset = said
        .lines()
        .filter(|line| line.ends_with("which is not set"))
        .count();
    let complaints = said
        .lines()
        .filter(|line| line.starts_with("gateway.toml: "));
    assert_eq!(complaints.count(), unset, "{said}");
    assert_eq!(unset, secrets, "{said}");
}
