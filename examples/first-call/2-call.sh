curl -s http://127.0.0.1:3000/calls -H 'Content-Type: application/json' \
     -d '{"to": "+14155550100", "scriptId": "welcome", "metadata": {"customer": 42}}'
