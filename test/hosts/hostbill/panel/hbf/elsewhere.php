<?php

http_response_code(302);
header('Location: /');
