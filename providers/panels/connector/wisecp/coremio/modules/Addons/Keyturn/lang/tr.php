<?php

$name = 'Keyturn';
$description = 'Keyturn, DomainNameAPI modülünün erişim bilgilerini okur, değiştirir ve denetler.';

return ['name' => $name, 'description' => $description, 'meta' => ['name' => $name, 'descriptions' => $description]];
