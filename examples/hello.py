import os
import sys

import robofy

client = robofy.Client(os.environ["ROBOFY_API_KEY"], base_url=os.environ.get("ROBOFY_BASE_URL"))
pid, chatbot_id = os.environ["ROBOFY_PID"], os.environ["ROBOFY_CHATBOT_ID"]
print(client.whatsapp_chat(pid=pid, chatbot_id=chatbot_id, query=sys.argv[1]))
