<?php

return ['name' => 'DomainNameAPI', 'success' => 'Connection test succeeded', 'empty' => 'Please enter the API information'];
