import os
import sys

import robofy

client = robofy.Client(  # with the API key in ROBOFY_API_KEY
    pid=os.environ["ROBOFY_PID"],
    chatbot_id=os.environ["ROBOFY_CHATBOT_ID"],
    base_url=os.environ.get("ROBOFY_BASE_URL"),
)
print(client.whatsapp_chat(query=sys.argv[1]))
