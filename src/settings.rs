//! `RobofySettings`.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;

use robofy_client::{AgentSettings, Error};

use crate::boundary::{guard, try_guard};
use crate::call::RobofyCall;
use crate::client::{RobofyClient, this};
use crate::error::RobofyError;
use crate::text::{borrowed, required, to_c};

/// The settings of an agent. Three of them have names in the service's reference; the rest is in the JSON. They hold a
/// secret: the key to the language model. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_settings_json: all of them
/// - robofy_settings_llm_api_key, robofy_settings_temperature, robofy_settings_thinking_mode
/// - robofy_settings_free
///
/// Since 0.1.0.
pub struct RobofySettings {
    json: CString,
    llm_api_key: Option<CString>,
    temperature: Option<CString>,
    thinking_mode: Option<CString>,
}

impl From<AgentSettings> for RobofySettings {
    fn from(settings: AgentSettings) -> Self {
        Self {
            json: to_c(settings.json()),
            llm_api_key: settings.llm_api_key().map(to_c),
            temperature: settings.temperature().map(to_c),
            thinking_mode: settings.thinking_mode().map(to_c),
        }
    }
}

/// Asks the service for the settings of an agent and waits for them, as robofy_client_request does.
///
/// @param client     The client to call with.
/// @param project_id The project.
/// @param chatbot_id The agent of that project.
/// @param options    How the call behaves; NULL for every default.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return Settings to be freed with robofy_settings_free. Or NULL and an error, as of robofy_client_request;
///     ROBOFY_STATUS_PROTOCOL too for an answer without them.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_agent_settings(
    client: Option<&RobofyClient>,
    project_id: *const c_char,
    chatbot_id: *const c_char,
    options: Option<&RobofyCall>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofySettings>> {
    try_guard(error, || {
        let client = this(client)?;
        let refuse = Error::invalid_argument;
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let (project_id, chatbot_id) = unsafe { (required(project_id), required(chatbot_id)) };
        let project_id = project_id.map_err(|problem| refuse("project_id", problem))?;
        let chatbot_id = chatbot_id.map_err(|problem| refuse("chatbot_id", problem))?;
        let request = client.agent_settings_request(project_id, chatbot_id)?;
        let response = RobofyCall::shape(options, request)?.send()?;
        Ok(Box::new(AgentSettings::read(&response)?.into()))
    })
}

/// All settings, the secret one among them.
///
/// @param settings The settings to read; may be NULL.
/// @return The text of a JSON object as the service has written it, borrowed from the settings; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_settings_json(settings: Option<&RobofySettings>) -> *const c_char {
    borrowed(settings.map(|settings| &settings.json))
}

/// The key to the language model: a secret.
///
/// @param settings The settings to read; may be NULL.
/// @return A text borrowed from the settings; NULL if the service sent none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_settings_llm_api_key(settings: Option<&RobofySettings>) -> *const c_char {
    borrowed(settings.and_then(|settings| settings.llm_api_key.as_ref()))
}

/// The temperature: a number, which the service writes as text.
///
/// @param settings The settings to read; may be NULL.
/// @return A text borrowed from the settings; NULL if the service sent none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_settings_temperature(settings: Option<&RobofySettings>) -> *const c_char {
    borrowed(settings.and_then(|settings| settings.temperature.as_ref()))
}

/// How the agent thinks, in the service's words.
///
/// @param settings The settings to read; may be NULL.
/// @return A text borrowed from the settings; NULL if the service sent none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_settings_thinking_mode(
    settings: Option<&RobofySettings>,
) -> *const c_char {
    borrowed(settings.and_then(|settings| settings.thinking_mode.as_ref()))
}

/// Frees settings and what was read from them.
///
/// @param settings What robofy_agent_settings returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_settings_free(settings: Option<Box<RobofySettings>>) {
    guard(|| drop(settings));
}
