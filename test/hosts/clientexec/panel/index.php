<?php

require __DIR__ . '/library/front.php';
